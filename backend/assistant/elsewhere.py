"""What people ask a hall that no hall does: each line is a matter by the words it is asked in.

They are weighed like keywords of guides: what fits one of these better than any guide is hardly
answered.  A hall that does such a thing has a guide that is called so, and answers from it.
"""

from collections.abc import Iterable

from backend.catalogue.guide import Guide, Words

_MATTERS = """
天气、天气预报、下雨、带伞、气温、冷不冷、热不热、雾霾 | weather, rain, forecast, umbrella tomorrow, temperature, snow
食堂菜单、食堂几点开饭、食堂有什么菜、今天吃什么、好吃的、餐厅、外卖、奶茶、咖啡店 | canteen menu, lunch today, restaurant, food, dinner, coffee, eat nearby, opening times of the canteen
宿舍报修、报修、漏水、空调坏了、水管坏了、停水、停电、热水、电费、水电费、修灯、下水道堵了 | repair in the dormitory, no hot water, air conditioning broken, leaking tap, power cut, electricity bill, plumber
换宿舍、调宿舍、换寝室、室友矛盾、室友打呼噜、宿舍分配、宿舍床位、宿舍门禁、查寝 | change my dorm room, roommate, dormitory assignment, bed
选课、选课系统、退课、课表、上课教室、重修、旁听、学分、抢课、选修课、通识课、慕课 | course selection, register for courses, timetable, drop a course, credits, which courses, retake, class schedule, elective
期末考试、考试时间、补考、缓考、挂科、查成绩时间、考场、监考、成绩复核、考试安排 | exam date, exam results, final exam, make-up exam, failed the course, when is the exam, exam schedule
四六级、英语四级、六级、普通话考试、计算机等级考试、雅思报名、托福报名、教师资格证、考证 | language test registration, CET, IELTS test, TOEFL, teacher qualification exam, driving theory test
考研、研究生招生、招生简章、分数线、录取分数、保研、推免、复试、博士招生、高考、报考、在职研究生报名、专升本 | admission requirements, apply for a master's programme, entry score, enrol at your university, admission office, entrance exam, apply for a degree programme
奖学金评定、奖学金什么时候评、评优、三好学生、国家奖学金、贫困生认定、困难补助申请、综测、评奖 | scholarship competition, apply for a scholarship, merit award, best student, dean's list
勤工助学岗位、找兼职、助教岗位、招聘、校招、找工作、实习岗位、就业指导、三方协议、求职、简历 | part-time job, job offers, teaching assistant position, vacancy, career service, work off campus, internship vacancy, recruitment, find a job
入党、入团、入党申请书、党组织关系转接、团关系、党费、团员、党课、思想汇报 | join the party, party membership
图书馆几点闭馆、图书馆开放时间、图书馆座位、占座、自习室、借书续借、怎么借书、图书馆在哪、找一本书 | library opening hours, library seat, study room, borrow a book, renew a book, reading room
游泳馆、体育馆、健身房、篮球场、网球场、羽毛球、操场开放、订球场、买票、体育场 | swimming pool, gym, membership, tennis court, sports hall, basketball, football ground
校车、班车、公交、地铁、打车、去机场、去火车站、路线、共享单车、电动车充电 | shuttle bus, bus timetable, airport, metro, taxi, train station, bike, how to get downtown
快递、取快递、寄快递、菜鸟驿站、邮局、包裹、外卖柜 | parcel, package, post office, courier, mail a letter
失物招领、捡到、丢了手机、丢了钱包、丢了雨伞、丢了钥匙、丢了耳机、丢了电脑、行李丢了 | lost and found, lost my phone, lost my wallet, lost my umbrella, lost my keys, lost laptop, found a bag
身份证、补身份证、身份证到期、居民身份证、派出所、普通护照、因私护照、出入境管理、港澳通行证自由行、居住证办理 | identity card, police station, ordinary passport, national ID, immigration office, residence registration with the police
驾照、驾驶证换证、驾驶证、违章、扣分、年检、上牌、车险、车管所、学车、考驾照 | driving licence, driver's license, traffic fine, car insurance, learn to drive, driving school
签证、签证面试、面签、旅游签证、美国签证、申根签证、签证过期、续签证、大使馆 | visa interview, tourist visa, visa expires, embassy appointment, extend my visa, visa for travelling, schengen
银行卡密码、银行卡冻结、开银行账户、银行卡丢了、取款机、汇款、转账限额、支付宝、微信密码、微信、信用卡还款、理财、股票、基金涨跌 | bank account, open a bank account, bank card PIN, cash machine, exchange money, wire transfer, Alipay, WeChat, stock market, shares
电话卡、手机卡、流量、话费、手机号、换套餐手机、移动营业厅、手机坏了、电脑坏了、修电脑、装系统、打印机 | SIM card, phone plan, mobile number, laptop broken, repair my computer, phone repair, install software, printer out of paper
社保、社保卡、养老保险查询、失业金、工伤、医保卡余额、生育保险、住房贷款利率 | social security card, unemployment benefit, social insurance
结婚登记处、民政局、离婚、结婚证、出生证、准生证、房产证、房产过户、营业执照、公证处、开公司、交房产税 | marriage office, divorce, birth certificate, property deed, notary, found a company, business licence
产假、请假、年假、病假、事假、陪产假、婚假、育儿假、哺乳、生孩子、怀孕了、要生了、生育 | maternity leave, parental leave, sick leave, annual leave, holiday entitlement, having a baby, days off, vacation days, paternity
幼儿园、附小、附中、小孩上学、孩子入学、托儿所、夏令营、辅导班 | kindergarten, nursery, school for my children, day care, primary school
清华、北大、复旦、浙大、师大、理工、别的大学、其他学校、隔壁学校、外校、转学到别的大学、外校成绩单 | another university, other universities, Tsinghua, Peking University, credits at another university, Harvard, Oxford
挂号、预约专家、看牙医预约、校医院几点、牙科、打疫苗、疫苗、核酸、配眼镜、药店、感冒吃什么药 | doctor's appointment, vaccination, dentist hours, pharmacy, flu, specialist appointment
心理咨询、抑郁怎么办、压力大、失眠、失恋、追女生、谈恋爱、相亲 | counselling, psychologist, stress, depressed, lonely, girlfriend, boyfriend, dating
导师不理我、导师骂我、导师不给毕业、选导师、找导师、换个导师、和导师吵架 | find a supervisor, my supervisor is angry, choose a supervisor, supervisor ignores me
论文查重、论文格式、论文模板、怎么写论文、版面费、投稿、学术不端、开题报告、代写论文 | plagiarism check, thesis template, how to write a paper, write my essay, thesis format, citation style, page charges
毕业典礼、学士服、毕业照、开学时间、什么时候放假、校历、军训、迎新、寒假时间、暑假时间、开学典礼 | graduation ceremony, gown, start of the semester, academic calendar, term dates, semester break, orientation
教材、课本、领书、二手书、买书 | textbooks, buy books, second-hand books
社团、学生会、志愿者、志愿时长、参加社团、支教、比赛报名、义工 | student club, join a club, student union, volunteer, society
教室投影、多媒体坏了、教室借用上课、音响、话筒、黑板、教室空调 | projector broken, classroom equipment, microphone, blackboard
废旧设备报废、资产报废、危险废物、废液、化学品、实验安全、易制毒、实验动物 | scrap old equipment, chemical waste, hazardous waste, lab safety, dispose of, laboratory animals
工资多少、工资怎么这么低、涨工资、工资什么时候发、奖金、绩效、福利、工会福利、节日福利、加班费 | raise, pay day, bonus, why is my salary low, union benefits, overtime, pay rise
职称评审、评职称条件、职称什么时候评、评职称要几篇论文、晋升条件、岗位聘任、考核 | promotion criteria, tenure, how to become a professor, performance appraisal
学校介绍、学校有几个学院、校长是谁、校史、排名、有多少学生、录取率、校训、校庆 | ranking of the university, how many students, who is the president of the university, history of the university, university motto
酒店、宾馆、旅游、景点、订机票、机票改签、火车晚点、租车、电影、歌、游戏、球赛、世界杯、新闻、明星 | hotel, tourism, book a flight, movie, music, game, football match, world cup, news, who won, sights, flight change
你是谁、你叫什么、你是机器人吗、讲个笑话、聊天、无聊、唱歌、你会什么、你几岁、写代码、写诗、翻译、帮我写、检讨书、一加一、数学题、几点了 | who are you, your name, joke, chat, bored, are you a robot, write code, poem, translate, meaning of life, capital of, president of, what time is it, calculate, homework
校友卡、校友会、捐赠、捐款、校庆活动、校友返校 | alumni association, alumni card, donate, donation, reunion
宠物、猫、狗、蚊子、老鼠、噪音、抽烟、垃圾分类、蟑螂 | pets, cat, dog, smoking, mosquitoes, garbage
哪家好、哪个好、推荐、便宜、值不值、好不好、难不难、怎么选、好玩、什么牌子、攻略、有什么区别、靠谱吗、划算 | recommend, which is best, cheapest, is it worth, difference between, advice, good place
怎么写、模板、范文、格式要求、写作、致谢、英文怎么写、怎么翻译、例文 | how to write, template, sample text, example, wording
打官司、赔偿、纠纷、仲裁、侵权、索赔、违约、押金不退、律师、法院、罚多少、被骗 | lawsuit, compensation, dispute, deposit, lawyer, sue, court, landlord does not return
利率是多少、工资多少、月薪多少、学费一年多少、标准是多少、待遇怎么样、房价、物价、收费标准、涨价 | how high is the salary, interest rate, tuition per year, how much do you earn, price, cost of living
招聘信息、招不招人、招生吗、要不要人、怎么进、面试、笔试、岗位待遇 | hiring, interview, are you recruiting, job interview
淘宝、网购、快递退货、演唱会、门票、博物馆、景区、超市、会员卡、优惠券、打折 | online shopping, ticket for a museum, supermarket, voucher, student discount, concert ticket
自行车、电瓶车被偷、钥匙丢了、锁在屋里、开锁、被偷了报案、剐蹭、撞车 | bicycle stolen, locked out, key, accident, scratched car
贷款买车、网贷、信用卡逾期、借呗、花呗、高利贷、被骗、诈骗、报警、打架 | scam, fraud, call the police, payday loan, debt
校园卡充值、给卡充钱、饭卡充值、圈存机在哪、线上充值、充值方式、水卡充值、电费充值、网费充值、充话费 | top up my card, add money to the card, recharge machine, where to top up
退税、汇算清缴、专项附加扣除、税率、个税起征点、个税申报、个税软件、年终奖计税 | tax return, tax refund from the state, tax rate, tax bracket, tax app
公积金利率、公积金贷款额度、公积金缴存比例、公积金基数、公积金贷款能贷多少、商业贷款转公积金、公积金余额查询、公积金密码 | housing fund loan, contribution rate, fund interest, how much can I borrow, fund balance
退休年龄规定、养老金多少、退休金涨、退休金发放、返聘工资、退休返聘待遇、职业年金、企业年金、遗属补助、丧葬费、抚恤金 | how much pension will I get, pension amount, annuity, funeral grant, retirement age law
落户政策、积分落户、人才引进政策、人才补贴、购房资格、限购、摇号、经济适用房、房价走势、买房建议、物业费、物业、装修 | residence points, city talent subsidy, house prices, property management fee, renovation
居住证、居留许可办理、永久居留、绿卡、入境、海关申报、隔离、护照照片、护照丢了、换护照 | residence permit at the police, permanent residence, green card, lost my passport, renew my passport
校区班车、通勤车、停车位收费、停车罚款、校内限速、充电桩、加油、滑板车、电动车上牌、骑车 | parking fine, charging station, electric scooter, speed limit, carpool, petrol
宿舍水电、宿舍断电、宿舍熄灯、宿舍违规电器、洗衣机、洗澡时间、澡堂、开水房、宿舍门卡、晚归、校外住宿申请、退宿检查卫生、蚊帐、被子、床垫 | washing machine, laundry, shower times, curfew, dormitory rules, mattress, heater broken, broken lock
宿舍暑假能住吗、留校住宿、寒假留校、假期住宿、夏令营住宿、亲戚住宿、招待所、住宿推荐、短租、租房信息、找房、合租 | stay in the dormitory over the summer, guest house, find a room to rent, sublet, shared flat, room for my parents
评教、教学评价、老师给分、给分高、好过的课、老师点名、签到、迟到、旷课、请假条、作弊、处分撤销、警告处分 | course evaluation, attendance, absence, cheating, sick note for class, easy course
毕业要求、毕业学分、毕业资格、毕业设计、毕业论文选题、论文开题、中期检查、盲审结果、学位授予条件、发几篇论文才能毕业、毕业时间、结业换毕业 | graduation requirements, how many credits, topic of my thesis, thesis proposal, requirements for a PhD, blind review
辅修、双学位、第二学位、交换生、交换项目、夏校、暑期学校报名、国际交流项目申请、小语种、汉语课 | minor, double degree, exchange programme, summer school application, Chinese course, language class
奖学金名单、奖学金多少钱、奖学金什么时候发、研究生奖学金条件、学业奖学金、补助标准、助学金标准、助学金名额、助研、助管、岗位补贴 | scholarship amount, how much is the stipend, who gets the scholarship, scholarship deadline, research assistant pay
竞赛、大创、挑战杯、创新创业、数学建模、创业园、孵化、创业基金、比赛奖金、互联网加、学科竞赛 | student competition, hackathon, start-up incubator, start-up funding, innovation contest
科研经费比例、间接费用、绩效支出、经费余额、预算调整、劳务费标准、专家费标准、差旅标准、住宿标准、补助多少一天、报销标准、结题验收、中期报告、延期结题 | per diem, allowance per day, budget change, overhead, final report of a project, hotel limit
基金中没中、基金结果、中标率、评审结果、函评、怎么写基金、基金答辩、专利值钱吗、专利转让多少钱、审稿、期刊推荐、核心期刊、影响因子多少、发论文 | chance of a grant, how to publish, which journal, peer review, impact factor of a journal, sell my patent
实验室安全考试、实验室门禁、预约仪器、仪器平台、测试中心、做电镜、送样、试剂采购平台、气瓶、生物样品、动物实验伦理、伦理审查 | instrument booking, core facility, ethics approval, lab access, safety training, gas cylinder, sample measurement
邮箱容量、企业邮箱、垃圾邮件、邮箱设置、正版软件、软件下载、matlab、office激活、网盘、超算、服务器租用、网站建设、域名 | mailbox quota, email setup, software licence, install office, cloud storage, supercomputer, website, domain name
打印店、复印、扫描、装订、证件照哪里拍、照相馆、理发店、超市几点、水果店、眼镜店、干洗、修鞋、配钥匙、银行网点、银行几点 | print shop, copy shop, photo studio, hairdresser, shop opening times, bank opening hours, optician, dry cleaner
大病互助、商业保险、学生保险、意外险、理赔、城乡居民医保、医保缴费、参保、异地医保备案、医保定点、报销比例、医保余额 | student insurance, insurance claim for accident, private insurance, sign up for health insurance, coverage
体检预约、体检时间、体检项目、入职体检哪里、献血、打针、狂犬疫苗、流感疫苗、健康证、挂专家号、医院预约、取药、拿药、医生上班 | book a check-up, blood donation, rabies shot, prescription, see a specialist, hospital appointment
考公、公务员考试、选调生、事业编、报到证、派遣、档案转递毕业生、学生档案、毕业去向、就业登记、签约违约、招聘会时间、实习工资 | civil service exam, graduate employment, job fair date, internship pay, student file transfer, employment contract broken
校园网速度慢、网速、玩游戏卡、翻墙、路由推荐、手机信号、电视、机顶盒 | slow internet, gaming lag, phone signal, router recommendation, television
丢东西、书包丢了、耳机丢了、眼镜丢了、水杯丢了、衣服被拿、监控、调监控、查监控、捡到手机、捡到钱包 | left my bag, CCTV, camera footage, found a phone, lost glasses, lost headphones
校长、书记、院长是谁、领导电话、老师电话、老师邮箱、办公电话、联系方式、某某老师在哪、学院在哪、教学楼在哪、几号楼、地图、校门、参观校园、进校参观、游客、校园开放日 | phone number of a professor, email address of a teacher, campus tour, visit the campus, map of the campus, open day, name of the dean, which building is the faculty of
安全教育、消防演练、灭火器、无人机、禁飞、宿舍失火、门卫、保安、巡逻、传销、校园贷、反诈 | fire drill, drone, security guard, fire extinguisher, safety lecture
音乐、健身、跑步打卡、体测、体育课、游泳课、校运会报名、体测免测、舞蹈、钢琴、琴房、合唱团 | fitness test, physical education, choir, piano room, dance class, sports class
人工智能、股市、彩票、世界首都、历史、地理、数学、物理题、做作业、写论文、写总结、做PPT、起名字、算命、星座、菜谱、减肥 | horoscope, recipe, lose weight, lottery, maths problem, history question, write my report, slides
你好、在吗、谢谢、再见、拜拜、好的、哈哈、辛苦了、早上好、晚安、测试、滚、傻、垃圾、笨蛋、妈的、操、去死 | hello, thank you, goodbye, test, stupid, idiot, fuck, shit, good night, useless
"""


def _words(line: str) -> Words:
    zh, en = line.split(" | ")
    return Words(zh=tuple(zh.split("、")), en=tuple(en.split(", ")))


MATTERS = tuple(map(_words, _MATTERS.strip().splitlines()))


def elsewhere(guides: Iterable[Guide]) -> list[Words]:
    """The matters, without words by which one of the guides is called."""
    names = "\n".join(
        f" {name.casefold()} "
        for guide in guides
        for name in (guide.name.zh, guide.name.en, *guide.also.zh, *guide.also.en)
    )
    return [
        Words(
            zh=tuple(word for word in matter.zh if word not in names),
            en=tuple(word for word in matter.en if f" {word.casefold()} " not in names),
        )
        for matter in MATTERS
    ]

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

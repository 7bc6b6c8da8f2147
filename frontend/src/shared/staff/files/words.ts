import type { WordsOf } from '@/shared/words/types'

const zh = {
  files: {
    title: '附件',
    hint: 'PDF、PNG 或 JPEG，每个不超过 {max} MB；可以拖到材料上。',
    choose: '选择文件',
    chooseFor: '为“{name}”选择文件',
    none: '还没有文件',
    others: '其他',
    size: '{n} KB',
    sending: '正在上传 {name}',
    remove: '删除',
    removeOf: '删除 {name}',
    sure: '确定删除',
    keep: '不删除',
    removed: '已删除 {name}',
    put: '已上传 {name}',
    dismiss: '知道了',
    kind: '“{name}”不是 PDF、PNG 或 JPEG，没有上传。请转换格式后再选。',
    tooLarge: '“{name}”超过 {max} MB，没有上传。请压缩或拆分后再选。',
    empty: '“{name}”是空的，没有上传。',
    noRoom: '“{name}”没有上传：这个办件的附件已满，请先删除不用的，或联系管理员。',
    over: '“{name}”没有上传：办件已经结束。',
    refused: '“{name}”没有上传：这项材料现在不收文件，或不归您办理。',
    failed: '“{name}”没有送到，请再选一次；不会重复。',
    notRemoved: '“{name}”没有删除，请再试一次。',
  },
} as const

export type FileWords = typeof zh
export const fileWords: WordsOf<FileWords> = {
  zh,
  en: {
    files: {
      title: 'Files',
      hint: 'PDF, PNG or JPEG, up to {max} MB each; they may be dropped on a material.',
      choose: 'Choose files',
      chooseFor: 'Choose files for {name}',
      none: 'No file yet',
      others: 'Others',
      size: '{n} KB',
      sending: 'Sending {name}',
      remove: 'Remove',
      removeOf: 'Remove {name}',
      sure: 'Remove it',
      keep: 'Keep it',
      removed: '{name} is removed',
      put: '{name} is there',
      dismiss: 'Noted',
      kind: '“{name}” is no PDF, PNG or JPEG and was not sent. Convert it and choose it again.',
      tooLarge: '“{name}” is larger than {max} MB and was not sent. Make it smaller, or split it.',
      empty: '“{name}” is empty and was not sent.',
      noRoom:
        '“{name}” was not taken: the case has as many files as it may. Remove some, or ask the administrator.',
      over: '“{name}” was not taken: the case is over.',
      refused: '“{name}” was not taken: this material takes no file, or the case is not yours.',
      failed: '“{name}” was not sent; choose it once more. Nothing is there twice.',
      notRemoved: '“{name}” is still there; try again.',
    },
  },
}

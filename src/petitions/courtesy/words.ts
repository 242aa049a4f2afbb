/** 四声五心: what a receptionist goes through while somebody is being received; each says what it means in deeds. */
export const courtesies = {
  welcome: '来有迎声：起身相迎、让座，报了姓名和岗位',
  answer: '问有答声：问到的当场答，答不了的说明谁来答、什么时候',
  farewell: '走有送声：送到门口，留了联系电话',
  echo: '处理问题有回声：交了回执和查询码，说明什么时候有结果',
  warm: '接待群众热心：行动不便的上门或者代填代录',
  patient: '解答问题耐心：讲清程序、期限和救济途径，一遍没听懂再讲',
  sincere: '听取申诉诚心：听完再问，记录读给本人听，本人认可',
  careful: '处理问题细心：材料逐件看过、列了清单，没有漏掉诉求',
  fair: '办理案件公心：告知可以申请回避，没有偏向哪一方',
} as const
export type Courtesy = keyof typeof courtesies
export const courtesyPlaces = { counter: '窗口', field: '村里、上门', leader: '领导接访' } as const

/** Those who receive people check themselves. */
export const receivers = [
  'clerk',
  'petitionHead',
  'areaSecretary',
  'villageOfficer',
  'gridWorker',
  'leadOfficial',
  'townLeader',
] as const

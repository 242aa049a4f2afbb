import { z } from 'zod'
import { codes } from '../kit/choice.ts'
import { type Day, isDay } from '../kit/day.ts'
import { route } from '../kit/route.ts'
import { needed, text } from '../kit/text.ts'
import { type Role, roles } from './roles.ts'

const DayText = z.custom<Day>((v) => isDay(v), '日期应写作 2026-03-05')
const Ok = z.object({ ok: z.literal(true) })
const Id = z.object({ id: z.uuid() })

export const Me = z.object({
  staffId: z.string(),
  name: z.string(),
  post: z.string(),
  roles: z.array(codes(roles)),
  areaIds: z.array(z.string()),
  villageIds: z.array(z.string()),
  gridIds: z.array(z.string()),
  unitIds: z.array(z.string()),
  headsUnit: z.boolean(),
  rank: z.number(),
  mustChange: z.boolean(),
  today: DayText,
  /** True when HUISHENG_TODAY fixes the date: shown as a banner. */
  todayFixed: z.boolean(),
  town: z.object({
    id: z.string(),
    code: z.string(),
    name: z.string(),
    shortName: z.string(),
    superiorName: z.string(),
    isFiction: z.boolean(),
  }),
  unread: z.number(),
})
export type Me = z.infer<typeof Me>

const Area = z.object({ id: z.string(), code: z.string(), name: z.string(), active: z.boolean() })
const Village = z.object({
  id: z.string(),
  code: z.string(),
  name: z.string(),
  areaId: z.string(),
  pinyin: z.string(),
  initials: z.string(),
  households: z.number().nullable(),
  population: z.number().nullable(),
  active: z.boolean(),
})
const Grid = z.object({
  id: z.string(),
  code: z.string(),
  name: z.string(),
  villageId: z.string(),
  active: z.boolean(),
})
const Unit = z.object({ id: z.string(), code: z.string(), name: z.string(), pinyin: z.string(), active: z.boolean() })

/** A staff member as seen in pickers: name, current posts and what they cover. Phone only for administrators and self. */
export const StaffPick = z.object({
  id: z.string(),
  name: z.string(),
  pinyin: z.string(),
  initials: z.string(),
  post: z.string(),
  rank: z.number(),
  roles: z.array(codes(roles)),
  areaIds: z.array(z.string()),
  villageIds: z.array(z.string()),
  gridIds: z.array(z.string()),
  unitIds: z.array(z.string()),
  active: z.boolean(),
})
export type StaffPick = z.infer<typeof StaffPick>

export const Places = z.object({
  areas: z.array(Area),
  villages: z.array(Village),
  grids: z.array(Grid),
  units: z.array(Unit),
  staff: z.array(StaffPick),
})
export type Places = z.infer<typeof Places>

export const PostRow = z.object({
  id: z.string(),
  name: z.string(),
  role: codes(roles),
  rank: z.number(),
  areaId: z.string().nullable(),
  villageId: z.string().nullable(),
  gridId: z.string().nullable(),
  unitId: z.string().nullable(),
  heads: z.boolean(),
  active: z.boolean(),
})
const PostInput = z.object({
  name: needed(40, '请填写岗位名称'),
  role: codes(roles),
  rank: z.int().min(1).max(99).default(9),
  areaId: z.uuid().nullish(),
  villageId: z.uuid().nullish(),
  gridId: z.uuid().nullish(),
  unitId: z.uuid().nullish(),
  heads: z.boolean().default(false),
  active: z.boolean().default(true),
})
export const HoldingRow = z.object({
  id: z.string(),
  postId: z.string(),
  post: z.string(),
  role: codes(roles),
  since: DayText,
  until: DayText.nullable(),
})
export const StaffRow = z.object({
  id: z.string(),
  name: z.string(),
  phone: z.string(),
  active: z.boolean(),
  version: z.number(),
  username: z.string().nullable(),
  disabled: z.boolean(),
  locked: z.boolean(),
  lastSignIn: z.string().nullable(),
  openMatters: z.number(),
  holdings: z.array(HoldingRow),
})
export type StaffRow = z.infer<typeof StaffRow>

/** 三员分立: one keeps places, posts and people; one keeps accounts; one reads the logs. None of them reads a matter. */
const places = ['systemAdmin'] as const satisfies Role[]
const accounts = ['securityAdmin'] as const satisfies Role[]
const records = ['auditor', 'auditAdmin'] as const satisfies Role[]

export const peopleRoutes = {
  setupState: route({
    method: 'GET',
    path: '/api/setup',
    says: '是否需要首次设置；演示镇的账号清单（仅演示）',
    may: 'anyone',
    response: z.object({
      needed: z.boolean(),
      towns: z.array(z.object({ code: z.string(), name: z.string(), isFiction: z.boolean() })),
      demoAccounts: z.array(
        z.object({ username: z.string(), password: z.string(), name: z.string(), post: z.string(), role: z.string() }),
      ),
      today: DayText,
      todayFixed: z.boolean(),
    }),
  }),
  /** First visit: township, places by hand (a spreadsheet is read first by readDivisions), first accounts. Works only while there is no town. */
  setup: route({
    method: 'POST',
    path: '/api/setup',
    says: '首次设置：镇、管区、村、网格、首批账号',
    may: 'anyone',
    body: z.object({
      requestId: z.uuid(),
      town: z.object({
        code: z
          .string()
          .trim()
          .regex(/^\d{9}(\d{3})?$/, '请填写 9 位或 12 位统计用区划代码'),
        name: needed(40, '请填写镇（乡、街道）全称'),
        shortName: needed(4, '请填写发文代字，如“宫”'),
        superiorName: needed(60, '请填写复查机关，如县（市）人民政府'),
      }),
      areas: z.array(z.object({ name: needed(40, '请填写管区名称') })).max(60),
      villages: z
        .array(
          z.object({
            name: needed(40, '请填写村名'),
            area: text(40),
            code: text(12).default(''),
            grids: z.int().min(0).max(99).default(1),
            households: z.int().nullish(),
            population: z.int().nullish(),
          }),
        )
        .max(1000),
      units: z
        .array(z.object({ name: needed(60, '请填写站所办名称') }))
        .max(100)
        .default([]),
      accounts: z
        .array(
          z.object({
            username: needed(40, '请填写账号'),
            name: needed(40, '请填写姓名'),
            role: codes(roles),
            post: text(40).default(''),
            password: z.string().min(8, '初始密码至少 8 位').max(200),
            area: text(40).default(''),
            village: text(40).default(''),
            unit: text(60).default(''),
          }),
        )
        .min(1, '请至少建立一个账号')
        .max(300),
    }),
    response: Ok,
  }),
  /** Multipart twin (see api.ts): POST /api/setup/divisions (a spreadsheet) → what was recognised, nothing written. */
  signIn: route({
    method: 'POST',
    path: '/api/sign-in',
    says: '登录',
    may: 'anyone',
    body: z.object({
      town: z.string().max(12).optional(),
      username: needed(40, '请填写账号'),
      password: z.string().min(1, '请填写密码').max(200),
    }),
    response: Me,
  }),
  me: route({ method: 'GET', path: '/api/me', says: '当前登录的人', may: 'signedIn', response: Me }),
  signOut: route({ method: 'POST', path: '/api/sign-out', says: '退出', may: 'signedIn', response: Ok }),
  signOutEverywhere: route({
    method: 'POST',
    path: '/api/sign-out-everywhere',
    says: '在所有设备上退出',
    may: 'signedIn',
    response: Ok,
  }),
  devices: route({
    method: 'GET',
    path: '/api/devices',
    says: '本人登录着的设备',
    may: 'signedIn',
    response: z.array(
      z.object({
        id: z.string(),
        device: z.string(),
        since: z.string(),
        seen: z.string(),
        current: z.boolean(),
      }),
    ),
  }),
  endDevice: route({
    method: 'POST',
    path: '/api/devices/:id/end',
    says: '让本人的一台设备退出',
    may: 'signedIn',
    params: z.object({ id: z.string().max(64) }),
    response: Ok,
  }),
  phones: route({
    method: 'GET',
    path: '/api/phones',
    says: '本人装有手机端的手机',
    may: 'signedIn',
    response: z.array(
      z.object({
        id: z.string(),
        device: z.string(),
        since: z.string(),
        seen: z.string(),
        /** When it was told to wipe itself, and when it said that it had. */
        asked: z.string().nullable(),
        wiped: z.string().nullable(),
      }),
    ),
  }),
  wipePhone: route({
    method: 'POST',
    path: '/api/phones/:id/wipe',
    says: '本人的一部手机丢了：清除上面的内容',
    may: 'signedIn',
    params: Id,
    response: Ok,
  }),
  wipePhones: route({
    method: 'POST',
    path: '/api/staff/:id/phones/wipe',
    says: '某人的手机丢了：清除其全部手机上的内容',
    may: ['securityAdmin'],
    params: Id,
    response: z.object({ phones: z.number() }),
  }),
  changePassword: route({
    method: 'POST',
    path: '/api/password',
    says: '修改密码',
    may: 'signedIn',
    body: z.object({
      old: z.string().min(1, '请填写原密码').max(200),
      password: z.string().min(8, '新密码至少 8 位').max(200),
    }),
    response: Ok,
  }),
  places: route({
    method: 'GET',
    path: '/api/places',
    says: '管区、村、网格、站所办、人员（选择用）',
    may: 'signedIn',
    response: Places,
  }),
  saveArea: route({
    method: 'POST',
    path: '/api/areas',
    says: '新增或修改管区',
    may: places,
    body: z.object({
      id: z.uuid().optional(),
      name: needed(40, '请填写名称'),
      code: text(20).optional(),
      active: z.boolean().default(true),
    }),
    response: Id.extend({ id: z.string() }),
  }),
  saveVillage: route({
    method: 'POST',
    path: '/api/villages',
    says: '新增或修改村',
    may: places,
    body: z.object({
      id: z.uuid().optional(),
      areaId: z.uuid('请选择管区'),
      name: needed(40, '请填写村名'),
      code: text(12).optional(),
      households: z.int().min(0).nullish(),
      population: z.int().min(0).nullish(),
      active: z.boolean().default(true),
    }),
    response: z.object({ id: z.string() }),
  }),
  saveGrid: route({
    method: 'POST',
    path: '/api/grids',
    says: '新增或修改网格',
    may: places,
    body: z.object({
      id: z.uuid().optional(),
      villageId: z.uuid('请选择村'),
      name: needed(40, '请填写名称'),
      code: text(20).optional(),
      active: z.boolean().default(true),
    }),
    response: z.object({ id: z.string() }),
  }),
  saveUnit: route({
    method: 'POST',
    path: '/api/units',
    says: '新增或修改站所办',
    may: places,
    body: z.object({
      id: z.uuid().optional(),
      name: needed(60, '请填写名称'),
      code: text(20).optional(),
      active: z.boolean().default(true),
    }),
    response: z.object({ id: z.string() }),
  }),
  posts: route({
    method: 'GET',
    path: '/api/posts',
    says: '岗位',
    may: [...places, ...accounts, 'petitionHead'],
    response: z.array(PostRow.extend({ holder: z.string() })),
  }),
  savePost: route({
    method: 'POST',
    path: '/api/posts',
    says: '新增或修改岗位',
    may: places,
    body: PostInput.extend({ id: z.uuid().optional() }),
    response: z.object({ id: z.string() }),
  }),
  staff: route({
    method: 'GET',
    path: '/api/staff',
    says: '人员和账号',
    may: [...places, ...accounts, 'auditAdmin', 'petitionHead'],
    response: z.array(StaffRow),
  }),
  saveStaff: route({
    method: 'POST',
    path: '/api/staff',
    says: '新增或修改人员',
    may: places,
    body: z.object({
      id: z.uuid().optional(),
      version: z.int().optional(),
      name: needed(40, '请填写姓名'),
      phone: text(40).default(''),
      postId: z.uuid().nullish(),
      since: DayText.optional(),
    }),
    response: z.object({ id: z.string() }),
  }),
  /** A post held from a day, or the end of one. */
  hold: route({
    method: 'POST',
    path: '/api/staff/:id/holdings',
    says: '任职',
    may: places,
    params: Id,
    body: z.object({ postId: z.uuid('请选择岗位'), since: DayText }),
    response: Ok,
  }),
  endHolding: route({
    method: 'POST',
    path: '/api/holdings/:id/end',
    says: '免去岗位',
    may: places,
    params: Id,
    body: z.object({ until: DayText }),
    response: Ok,
  }),
  account: route({
    method: 'POST',
    path: '/api/staff/:id/account',
    says: '建立账号、重设密码、停用、解锁',
    may: accounts,
    params: Id,
    body: z.object({
      username: needed(40, '请填写账号').optional(),
      password: z.string().min(8, '初始密码至少 8 位').max(200).optional(),
      disabled: z.boolean().optional(),
      unlock: z.boolean().optional(),
    }),
    response: Ok,
  }),
  /** Handover when someone leaves: open work goes to a named successor, never to nobody. */
  handoverPreview: route({
    method: 'GET',
    path: '/api/staff/:id/handover',
    says: '离任交接：名下在办事项',
    may: [...places, 'petitionHead'],
    params: Id,
    response: z.object({
      /** Those the asker may see. */
      matters: z.array(
        z.object({
          id: z.string(),
          number: z.string(),
          title: z.string(),
          as: z.array(z.string()),
          state: z.string(),
          dueOn: DayText.nullable(),
        }),
      ),
      /** The others: how many in what capacity and state, and the soonest limit; nothing of what they are about. */
      unseen: z.array(
        z.object({
          as: z.array(z.string()),
          state: z.string(),
          n: z.int(),
          late: z.int(),
          soonest: DayText.nullable(),
        }),
      ),
      posts: z.array(z.string()),
    }),
  }),
  handover: route({
    method: 'POST',
    path: '/api/staff/:id/handover',
    says: '离任交接：在办事项全部交给指定的接手人',
    may: [...places, 'petitionHead'],
    params: Id,
    body: z.object({
      requestId: z.uuid(),
      successorId: z.uuid('请选择接手人'),
      on: DayText,
      takePosts: z.boolean().default(false),
      reason: needed(200, '请写明理由'),
    }),
    response: z.object({ moved: z.number() }),
  }),
  logs: route({
    method: 'GET',
    path: '/api/audit/logs',
    says: '留痕查阅（审计人员）：谁在何时做了什么，不含事项内容',
    may: records,
    query: z.object({
      from: DayText.optional(),
      to: DayText.optional(),
      kind: z.string().max(30).optional(),
      by: z.string().max(40).optional(),
      after: z.string().max(100).optional(),
    }),
    response: z.object({
      rows: z.array(
        z.object({
          id: z.string(),
          at: z.string(),
          by: z.string(),
          kind: z.string(),
          subject: z.string(),
          says: z.string(),
        }),
      ),
      next: z.string().nullable(),
    }),
  }),
  verify: route({
    method: 'POST',
    path: '/api/audit/verify',
    says: '核对留痕链和合计',
    may: records,
    response: z.object({ ok: z.boolean(), rows: z.number(), subjects: z.number(), problems: z.array(z.string()) }),
  }),
}

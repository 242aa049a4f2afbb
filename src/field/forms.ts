import { area, button, choice, field, h, newId, select, text, tick } from './dom.ts'
import { type FileRef, type Item, mayEdit, withFiles } from './outbox.ts'
import type { Today } from './routes.ts'
import { Full, type Shelf } from './shelf.ts'

/** The four things written down in the field, each a few steps on one page. What is wrong is said before it is sent. */
export interface MatterBody {
  channel: 'visit' | 'phone' | 'screening'
  request: string
  name: string
  phone: string
  anonymous: boolean
  headCount: number
  villageId: string | null
  gridId: string | null
  place: string
  readBack: boolean
  answer: string
}
type Finding =
  | {
      kind: 'matter'
      request: string
      name: string
      phone: string
      anonymous: boolean
      headCount: number
      place: string
    }
  | { kind: 'known'; petitionId: string }
  | { kind: 'answered'; asked: string; answer: string }
export interface ReportBody {
  campaignId: string
  placeId: string
  name: string
  version: number
  input: { zero: boolean | null; visited: number; note: string; reason: string; findings: Finding[] }
}
export interface RevisitBody {
  petitionId: string
  number: string
  what: string
  byUnit: boolean
  version: number
  input: {
    way: string
    reached: boolean
    ratingOffice: string | null
    ratingUnit: string | null
    reasons: string
    newIssues: string
  }
}
export interface NoteBody {
  petitionId: string
  number: string
  what: string
  body: string
}

export const emptyMatter = (villages: Today['villages'], grids: readonly string[]): MatterBody => {
  const only = villages.length === 1 ? villages[0]! : null
  const grid = only?.grids.filter((g) => grids.includes(g.id)) ?? []
  return {
    channel: 'visit',
    request: '',
    name: '',
    phone: '',
    anonymous: false,
    headCount: 1,
    villageId: only?.id ?? null,
    gridId: grid.length === 1 ? grid[0]!.id : null,
    place: '',
    readBack: false,
    answer: '',
  }
}

const cut = (s: string, n = 24) => ([...s.trim()].length > n ? `${[...s.trim()].slice(0, n).join('')}…` : s.trim())

/** What the outbox calls it. */
export const titleOf = (i: Item): string => {
  if (i.kind === 'matter') return cut((i.body as MatterBody).request) || '还没有写内容'
  if (i.kind === 'report') {
    const b = i.body as ReportBody
    return `${b.name}：${b.input.zero === null ? '还没有报完' : b.input.zero ? '零报告' : `发现 ${b.input.findings.length} 件`}`
  }
  if (i.kind === 'revisit') return `${(i.body as RevisitBody).number} ${cut((i.body as RevisitBody).what, 16)}`
  return `${(i.body as NoteBody).number} ${cut((i.body as NoteBody).body, 16)}`
}

/** What is plainly missing, by field: said here so that nobody learns it hours later; the server has the last word. */
export const missing = (i: Item): Record<string, string> => {
  const out: Record<string, string> = {}
  const need = (ok: unknown, name: string, sentence: string) => {
    if (!ok) out[name] = sentence
  }
  if (i.kind === 'matter') {
    const b = i.body as MatterBody
    need(b.request.trim(), 'request', '请写明反映什么、要求什么')
    need(b.anonymous || b.name.trim(), 'name', '请填写姓名；不愿留名的请勾选')
    need(b.headCount >= 1, 'headCount', '人数至少为 1')
    need(b.readBack || b.channel === 'screening', 'readBack', '请把记下的内容念给本人核对，再勾选')
  } else if (i.kind === 'report') {
    const { input, version } = i.body as ReportBody
    need(input.visited >= 1, 'visited', '请填写走访了多少户；没有走访不能报告')
    need(input.zero !== null, 'zero', '请选择有没有发现')
    need(version === 0 || input.reason.trim(), 'reason', '已经报过的，再报是更正，请写明理由')
    if (input.zero === false) {
      need(input.findings.length, 'findings', '请逐件写；没有发现的请选择零报告')
      for (const [n, f] of input.findings.entries()) {
        if (f.kind === 'matter') need(f.request.trim(), `findings.${n}.request`, '请写明反映的问题和诉求')
        if (f.kind === 'known') need(f.petitionId, `findings.${n}.petitionId`, '请选择已在册的事项')
        if (f.kind === 'answered') {
          need(f.asked.trim(), `findings.${n}.asked`, '请写明群众问了什么')
          need(f.answer.trim(), `findings.${n}.answer`, '请写明怎样解答的')
        }
      }
    }
  } else if (i.kind === 'revisit') {
    const { input, byUnit } = i.body as RevisitBody
    need(!input.reached || input.ratingOffice, 'ratingOffice', '请记下信访人对信访办的评价')
    need(!input.reached || !byUnit || input.ratingUnit, 'ratingUnit', '请记下信访人对承办单位的评价')
  } else need((i.body as NoteBody).body.trim(), 'body', '请写明情况')
  return out
}

export interface Desk {
  shelf: Shelf
  today: Today | null
  item: () => Item
  /** The form has new content: kept a moment later. */
  change: (body: unknown) => void
  /** Files came or went: kept at once. */
  files: (change: (i: Item) => Item) => Promise<void>
  /** Show the form again. */
  again: () => void
  says: (sentence: string, bad?: boolean) => void
  wrong: Record<string, string>
}

const ratings = [
  ['satisfied', '满意'],
  ['basicallySatisfied', '基本满意'],
  ['dissatisfied', '不满意'],
  ['declined', '不作评价'],
] as const

export const matterForm = (d: Desk): HTMLElement[] => {
  const b = d.item().body as MatterBody
  const set = (more: Partial<MatterBody>) => {
    Object.assign(b, more)
    d.change(b)
  }
  const villages = d.today?.villages ?? []
  const grids = villages.find((v) => v.id === b.villageId)?.grids ?? []
  const place = text(b.place, (v) => set({ place: v }), { maxlength: 200 })
  return [
    choice(
      '从哪里来',
      b.channel,
      [
        ['visit', '当面说的'],
        ['phone', '电话说的'],
        ['screening', '走访排查发现的'],
      ],
      (v) => set({ channel: v as MatterBody['channel'] }),
    ),
    field(
      '反映什么、要求什么',
      area(b.request, (v) => set({ request: v }), { rows: 5, maxlength: 5000 }),
      {
        hint: '检举干部的不要写在这里，请本人找纪检联络员',
        wrong: d.wrong.request,
      },
    ),
    tick('本人不愿留名', b.anonymous, (v) => {
      set({ anonymous: v })
      d.again()
    }),
    ...(b.anonymous
      ? []
      : [
          field(
            '姓名',
            text(b.name, (v) => set({ name: v }), { maxlength: 60 }),
            { wrong: d.wrong.name },
          ),
          field(
            '电话',
            text(b.phone, (v) => set({ phone: v }), { maxlength: 40, inputmode: 'tel' }),
            {
              wrong: d.wrong.phone,
            },
          ),
        ]),
    field(
      '几个人',
      text(String(b.headCount || ''), (v) => set({ headCount: Number.parseInt(v, 10) || 0 }), { inputmode: 'numeric' }),
      { wrong: d.wrong.headCount },
    ),
    field(
      '哪个村',
      select(b.villageId ?? '', [['', '不清楚'], ...villages.map((v) => [v.id, v.name] as const)], (v) => {
        set({ villageId: v || null, gridId: null })
        d.again()
      }),
    ),
    ...(grids.length
      ? [
          field(
            '哪个网格',
            select(b.gridId ?? '', [['', '不清楚'], ...grids.map((g) => [g.id, g.name] as const)], (v) =>
              set({ gridId: v || null }),
            ),
          ),
        ]
      : []),
    field('事情在哪里', place, { wrong: d.wrong.place }),
    ...('geolocation' in navigator
      ? [
          button('用手机定位填上这件事的地点', () => {
            d.says('正在定位……')
            navigator.geolocation.getCurrentPosition(
              ({ coords: c }) => {
                const at = `（北纬${c.latitude.toFixed(5)}，东经${c.longitude.toFixed(5)}，误差约${Math.round(c.accuracy)}米）`
                place.value = `${b.place.replace(/（北纬.*?）/, '')}${at}`.slice(0, 200)
                set({ place: place.value })
                d.says('已填上地点，只记这件事在哪里')
              },
              () => d.says('没有定到位置，请用文字写明', true),
              { enableHighAccuracy: true, timeout: 20_000, maximumAge: 0 },
            )
          }),
        ]
      : []),
    field(
      '当场解答了的，写下怎样答复',
      area(b.answer, (v) => set({ answer: v }), { rows: 3, maxlength: 2000 }),
      {
        hint: '解答不了的空着，由镇里办理',
      },
    ),
    ...(b.channel === 'screening'
      ? []
      : [tick('已把上面记的念给本人核对', b.readBack, (v) => set({ readBack: v }), d.wrong.readBack)]),
    filesOf(d),
  ]
}

export const reportForm = (d: Desk): HTMLElement[] => {
  const b = d.item().body as ReportBody
  const task = d.today?.screening.find((s) => s.placeId === b.placeId)
  const set = (more: Partial<ReportBody['input']>) => {
    Object.assign(b.input, more)
    d.change(b)
  }
  const findings = b.input.findings
  const add = (f: Finding) => {
    set({ findings: [...findings, f] })
    d.again()
  }
  const fresh = { kind: 'matter', request: '', name: '', phone: '', anonymous: false, headCount: 1, place: '' } as const
  return [
    task ? h('p', { class: 'muted' }, `${task.campaign}，${task.dueOn} 前。${task.asks}`) : h('p', {}),
    ...(b.version > 0 ? [h('p', { class: 'note' }, '这一处已经报过，再报就是更正。')] : []),
    field(
      '走访了多少户',
      text(b.input.visited ? String(b.input.visited) : '', (v) => set({ visited: Number.parseInt(v, 10) || 0 }), {
        inputmode: 'numeric',
      }),
      { wrong: d.wrong.visited },
    ),
    choice(
      '有没有发现矛盾和诉求',
      b.input.zero === null ? null : b.input.zero ? 'zero' : 'some',
      [
        ['some', '有，逐件写'],
        ['zero', '没有，零报告'],
      ],
      (v) => {
        set({ zero: v === 'zero', findings: v === 'some' && findings.length === 0 ? [{ ...fresh }] : findings })
        d.again()
      },
      d.wrong.zero,
    ),
    ...(b.input.zero === false
      ? [
          ...findings.map((f, n) => {
            const put = (more: object) => {
              Object.assign(f, more)
              d.change(b)
            }
            const w = (k: string) => d.wrong[`findings.${n}.${k}`]
            return h(
              'fieldset',
              { class: 'finding' },
              h('legend', {}, `第 ${n + 1} 件：${{ matter: '新登记', known: '已在册', answered: '当场解答' }[f.kind]}`),
              f.kind === 'matter' && [
                field(
                  '反映什么、要求什么',
                  area(f.request, (v) => put({ request: v }), { maxlength: 2000 }),
                  {
                    wrong: w('request'),
                  },
                ),
                field(
                  '姓名（不愿留名的空着）',
                  text(f.name, (v) => put({ name: v, anonymous: v.trim() === '' })),
                ),
                field(
                  '电话',
                  text(f.phone, (v) => put({ phone: v }), { inputmode: 'tel' }),
                ),
                field(
                  '事情在哪里',
                  text(f.place, (v) => put({ place: v })),
                ),
              ],
              f.kind === 'known' &&
                field(
                  '台账上的哪一件',
                  select(
                    f.petitionId,
                    [['', '请选择'], ...(task?.known ?? []).map((k) => [k.id, `${k.number} ${k.title}`] as const)],
                    (v) => put({ petitionId: v }),
                  ),
                  { wrong: w('petitionId') },
                ),
              f.kind === 'answered' && [
                field(
                  '群众问什么',
                  area(f.asked, (v) => put({ asked: v }), { rows: 2, maxlength: 500 }),
                  { wrong: w('asked') },
                ),
                field(
                  '怎样解答的',
                  area(f.answer, (v) => put({ answer: v }), { rows: 2, maxlength: 1000 }),
                  {
                    wrong: w('answer'),
                  },
                ),
              ],
              button(
                `去掉第 ${n + 1} 件`,
                () => {
                  set({ findings: findings.filter((_, k) => k !== n) })
                  d.again()
                },
                'quiet',
              ),
            )
          }),
          h(
            'div',
            { class: 'row' },
            button('再写一件', () => add({ ...fresh })),
            button('已在册的', () => add({ kind: 'known', petitionId: '' })),
            button('当场解答的', () => add({ kind: 'answered', asked: '', answer: '' })),
          ),
          ...(d.wrong.findings ? [h('p', { class: 'wrong' }, d.wrong.findings)] : []),
        ]
      : []),
    field(
      '备注',
      area(b.input.note, (v) => set({ note: v }), { rows: 2, maxlength: 500 }),
      { hint: '可以不填', wrong: d.wrong.note },
    ),
    ...(b.version > 0
      ? [
          field(
            '更正的理由',
            text(b.input.reason, (v) => set({ reason: v }), { maxlength: 300 }),
            { wrong: d.wrong.reason },
          ),
        ]
      : []),
  ]
}

export const revisitForm = (d: Desk): HTMLElement[] => {
  const b = d.item().body as RevisitBody
  const set = (more: Partial<RevisitBody['input']>) => {
    Object.assign(b.input, more)
    d.change(b)
  }
  const i = b.input
  return [
    h('p', {}, `${b.number} ${b.what}`),
    choice(
      '怎样回访的',
      i.way,
      [
        ['visit', '上门'],
        ['phone', '电话'],
      ],
      (v) => set({ way: v }),
    ),
    choice(
      '联系上本人没有',
      i.reached ? 'yes' : 'no',
      [
        ['yes', '联系上了'],
        ['no', '没有联系上'],
      ],
      (v) => {
        set({ reached: v === 'yes' })
        d.again()
      },
    ),
    ...(i.reached
      ? [
          choice('本人对信访办', i.ratingOffice, ratings, (v) => set({ ratingOffice: v }), d.wrong.ratingOffice),
          ...(b.byUnit
            ? [choice('本人对承办单位', i.ratingUnit, ratings, (v) => set({ ratingUnit: v }), d.wrong.ratingUnit)]
            : []),
        ]
      : []),
    field(
      '本人怎么说',
      area(i.reasons, (v) => set({ reasons: v }), { rows: 3, maxlength: 2000 }),
      { wrong: d.wrong.reasons },
    ),
    field(
      '有没有新的情况',
      area(i.newIssues, (v) => set({ newIssues: v }), { rows: 2, maxlength: 2000 }),
    ),
    filesOf(d),
  ]
}

export const noteForm = (d: Desk): HTMLElement[] => {
  const b = d.item().body as NoteBody
  return [
    h('p', {}, `${b.number} ${b.what}`),
    field(
      '看到、听到、做了什么',
      area(
        b.body,
        (v) => {
          b.body = v
          d.change(b)
        },
        { rows: 6, maxlength: 5000 },
      ),
      { wrong: d.wrong.body },
    ),
    filesOf(d),
  ]
}

const size = (n: number) =>
  n < 1024 * 1024 ? `${Math.max(1, Math.round(n / 1024))} KB` : `${(n / 1024 / 1024).toFixed(1)} MB`
const stamp = () => {
  const t = new Date()
  return [t.getMonth() + 1, t.getDate(), t.getHours(), t.getMinutes(), t.getSeconds()]
    .map((n) => String(n).padStart(2, '0'))
    .join('')
}

/** A photo no larger than paper needs, upright, without the place it was taken; as it came where the phone can't. */
const smaller = async (file: File): Promise<Blob> => {
  if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type)) return file
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const k = Math.min(1, 2000 / Math.max(bitmap.width, bitmap.height))
    const canvas = h('canvas', {})
    canvas.width = Math.round(bitmap.width * k)
    canvas.height = Math.round(bitmap.height * k)
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    bitmap.close()
    const out = await new Promise<Blob | null>((ok) => canvas.toBlob(ok, 'image/jpeg', 0.82))
    return out ?? file
  } catch {
    return file
  }
}

/** Photos, files and a voice note of a record. */
const filesOf = (d: Desk): HTMLElement => {
  const keep = async (name: string, blob: Blob) => {
    if (blob.size > 50 * 1024 * 1024) {
      d.says(`“${name}”超过 50 MB，请剪短或分段`, true)
      return
    }
    if (blob.size === 0) {
      d.says(`“${name}”是空的，没有添加`, true)
      return
    }
    try {
      const ref = await d.shelf.addFile(newId(), name, blob)
      await d.files((i) => withFiles(i, [...i.files, ref]))
    } catch (e) {
      d.says(
        e instanceof Full
          ? `手机存储空间满了，“${name}”没有存下；文字和先前的材料都在。请删掉手机里不用的照片或应用，再添加一次`
          : `“${name}”没有存下，请再添加一次`,
        true,
      )
    }
  }
  const take = async (list: FileList | null) => {
    for (const f of list ?? []) {
      d.says(`正在存“${f.name}”……`)
      const blob = await smaller(f)
      await keep(blob === f ? f.name.slice(-100) : `照片-${stamp()}.jpg`, blob)
    }
    d.again()
  }
  const photo = h('input', {
    type: 'file',
    accept: 'image/*',
    multiple: true,
    class: 'hidden',
    tabindex: -1,
    'aria-label': '选择照片',
  })
  photo.addEventListener('change', () => void take(photo.files))
  const other = h('input', {
    type: 'file',
    accept: 'audio/*,video/*,application/pdf',
    class: 'hidden',
    tabindex: -1,
    'aria-label': '选择录音或文件',
  })
  other.addEventListener('change', () => void take(other.files))
  const remove = async (f: FileRef) => {
    await d.files((i) => ({ ...i, files: i.files.filter((x) => x.id !== f.id) }))
    await d.shelf.dropFile(f.id)
    d.again()
  }
  return h(
    'div',
    { class: 'field' },
    h('p', { class: 'label' }, '照片和录音'),
    d.item().files.length > 0 &&
      h(
        'ul',
        { class: 'files' },
        d
          .item()
          .files.map((f) =>
            h(
              'li',
              {},
              h(
                'span',
                {},
                `${f.name}（${size(f.size)}）${f.done ? ' 已送达' : ''}`,
                f.sentence && h('span', { class: 'wrong' }, f.sentence),
              ),
              !f.done && button('去掉', () => void remove(f), 'quiet', { 'aria-label': `去掉${f.name}` }),
            ),
          ),
      ),
    h(
      'div',
      { class: 'row' },
      button('拍照或选照片', () => photo.click()),
      recorder(d, keep),
      button('选文件', () => other.click()),
    ),
    photo,
    other,
  )
}

/** A voice note where the phone can record one; everywhere a recording can be chosen as a file. */
const recorder = (d: Desk, keep: (name: string, blob: Blob) => Promise<void>): HTMLElement | null => {
  if (!('MediaRecorder' in window) || !navigator.mediaDevices?.getUserMedia) return null
  let running: MediaRecorder | null = null
  const b = button('录音', async () => {
    if (running) {
      running.stop()
      return
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      const parts: Blob[] = []
      const r = new MediaRecorder(stream)
      running = r
      r.ondataavailable = (e) => parts.push(e.data)
      r.onstop = async () => {
        running = null
        for (const t of stream.getTracks()) t.stop()
        const mp4 = r.mimeType.includes('mp4')
        await keep(
          `录音-${stamp()}.${mp4 ? 'm4a' : r.mimeType.includes('ogg') ? 'ogg' : 'webm'}`,
          new Blob(parts, { type: r.mimeType }),
        )
        d.again()
      }
      r.start()
      b.textContent = '停止录音'
      d.says('正在录音，说完按“停止录音”')
    } catch {
      d.says('没有录音的权限，可以先用手机自带的录音，再“选文件”', true)
    }
  })
  return b
}

/** The form of an item, or its content when it may not change. */
export const formOf = (d: Desk): HTMLElement[] => {
  const i = d.item()
  if (!mayEdit(i)) return [filesOf(d)]
  return { matter: matterForm, report: reportForm, revisit: revisitForm, note: noteForm }[i.kind](d)
}

/**
 * The phone's outbox; pure. Each record has one id, made once, which is its request id for good: however often it is sent,
 * the server does it once. Times in milliseconds by the phone's own clock.
 */
export const phases = { draft: '草稿', waiting: '待发送', delivered: '已送达', refused: '被退回' } as const
export type Phase = keyof typeof phases

export const kinds = {
  matter: '登记',
  dispute: '纠纷',
  report: '排查报告',
  visit: '走访',
  plan: '安排走访',
  up: '上报',
  down: '交回',
  tell: '告知结果',
  revisit: '回访',
  promise: '承诺',
  courtesy: '接待自查',
  note: '记一笔',
} as const
export type Kind = keyof typeof kinds

/** A piece of a file: what is kept, and sent, at a time; in bytes. */
export const pieceSize = 256 * 1024

export interface FileRef {
  /** Also the request id of keeping it as material. */
  id: string
  name: string
  size: number
  sha256: string
  done: boolean
  /** Why the server won't have it; null when it has not said so. */
  sentence: string | null
}

export interface Item<B = unknown> {
  id: string
  kind: Kind
  /** What the list shows. */
  title: string
  body: B
  phase: Phase
  heardAt: number
  /** Sendings begun since the last answer: while there are any, the server may have it already. */
  tries: number
  /** Not sent again before this time. */
  nextAt: number
  /** What the server made of it. */
  made: { id: string; number: string } | null
  files: FileRef[]
  sentence: string | null
  fields: Record<string, string>
}

export const draftOf = <B>(id: string, kind: Kind, body: B, now: number): Item<B> => ({
  id,
  kind,
  title: '',
  body,
  phase: 'draft',
  heardAt: now,
  tries: 0,
  nextAt: 0,
  made: null,
  files: [],
  sentence: null,
  fields: {},
})

/** Whether its content may still change: not once the server may have it. */
export const mayEdit = (i: Item): boolean => i.made === null && i.tries === 0 && i.phase !== 'delivered'
/** Whether files may be added or taken away: also when the server took the record and refused a file. */
export const mayChangeFiles = (i: Item): boolean => mayEdit(i) || i.phase === 'refused'
/** Whether it may be thrown away: not while the server may have it without having said so. */
export const mayDiscard = (i: Item): boolean => i.tries === 0 && (i.phase !== 'waiting' || i.made === null)

/** New content; the same item when it may not change any more. */
export const edited = <B>(i: Item<B>, body: B, title: string): Item<B> => (mayEdit(i) ? { ...i, body, title } : i)

export const withFiles = (i: Item, files: FileRef[]): Item => {
  if (!mayChangeFiles(i)) return i
  // What the server has stays.
  const sent = i.files.filter((f) => f.done && !files.some((x) => x.id === f.id))
  return { ...i, files: [...sent, ...files] }
}

/** Put into the outbox, from a draft or mended after a refusal. A mended record keeps its id: what was refused was not done. */
export const posted = (i: Item): Item =>
  i.phase === 'draft' || i.phase === 'refused'
    ? settled({
        ...i,
        phase: 'waiting',
        nextAt: 0,
        sentence: null,
        fields: {},
        files: i.files.map((f) => ({ ...f, sentence: null })),
      })
    : i

/** Taken back out of the outbox before anything was sent. */
export const takenBack = (i: Item): Item => (i.phase === 'waiting' && mayEdit(i) ? { ...i, phase: 'draft' } : i)

export type Answer =
  | { is: 'yes'; made?: { id: string; number: string } }
  /** A final no, with the server's sentence. */
  | { is: 'no'; sentence: string; fields: Record<string, string> }
  /** Not now: this one waits, the others go on. */
  | { is: 'later' }
  /** Nobody gets through: the round ends. */
  | { is: 'offline' }
  | { is: 'signedOut' }

/** What an HTTP answer means; null when none came. A page that is not the server's own (a hotel's, a carrier's) is no answer. */
export const answerOf = (r: { status: number; json: unknown } | null): Answer => {
  if (r === null) return { is: 'offline' }
  const json = typeof r.json === 'object' && r.json !== null ? (r.json as Record<string, unknown>) : null
  if (r.status === 401 && json) return { is: 'signedOut' }
  if (r.status >= 200 && r.status < 300)
    return json
      ? typeof json.id === 'string' && typeof json.number === 'string'
        ? { is: 'yes', made: { id: json.id, number: json.number } }
        : { is: 'yes' }
      : { is: 'offline' }
  if (r.status >= 400 && r.status < 500 && ![408, 425, 429].includes(r.status) && typeof json?.message === 'string')
    return { is: 'no', sentence: json.message, fields: (json.fields as Record<string, string> | undefined) ?? {} }
  return r.status >= 500 || json ? { is: 'later' } : { is: 'offline' }
}

/** How long to wait after this many tries: five seconds, doubling, ten minutes at most. */
const pause = (tries: number) => Math.min(5_000 * 2 ** Math.min(tries, 10), 600_000)

/** A sending is about to begin: kept before anything leaves the phone, so that a crash can't hide it. */
export const begun = (i: Item): Item => ({ ...i, tries: i.tries + 1 })

const settled = (i: Item): Item => {
  if (i.made === null || i.phase !== 'waiting') return i
  if (i.files.some((f) => !f.done && f.sentence === null)) return i
  const bad = i.files.find((f) => f.sentence !== null)
  return bad
    ? { ...i, phase: 'refused', sentence: `事情已送达，有材料没有收下。${bad.name}：${bad.sentence}` }
    : { ...i, phase: 'delivered', sentence: null }
}

/** The answer about the record itself. */
export const recordAnswered = (i: Item, a: Answer, now: number): Item => {
  if (i.phase !== 'waiting' || i.made !== null) return i
  if (a.is === 'yes') return settled({ ...i, tries: 0, made: a.made ?? { id: i.id, number: '' } })
  if (a.is === 'no') return { ...i, phase: 'refused', tries: 0, sentence: a.sentence, fields: a.fields }
  return { ...i, nextAt: a.is === 'later' ? now + pause(i.tries) : i.nextAt }
}

/** The answer about one of its files. */
export const fileAnswered = (i: Item, fileId: string, a: Answer, now: number): Item => {
  if (i.phase !== 'waiting') return i
  const set = (more: Partial<FileRef>) =>
    settled({ ...i, tries: 0, files: i.files.map((f) => (f.id === fileId ? { ...f, ...more } : f)) })
  if (a.is === 'yes') return set({ done: true, sentence: null })
  if (a.is === 'no') return set({ sentence: a.sentence })
  return { ...i, nextAt: a.is === 'later' ? now + pause(i.tries) : i.nextAt }
}

export type Step = { item: Item; file: FileRef | null }

/** What to send next: in the order of writing down, past those that have to wait. */
export const nextStep = (items: readonly Item[], now: number): Step | null => {
  const ready = items
    // A clock set back must not hold anything up for longer than a pause can be.
    .filter((i) => i.phase === 'waiting' && (i.nextAt <= now || i.nextAt > now + 600_000))
    .sort((a, b) => a.heardAt - b.heardAt || (a.id < b.id ? -1 : 1))
  for (const item of ready) {
    if (item.made === null) return { item, file: null }
    const file = item.files.find((f) => !f.done && f.sentence === null)
    if (file) return { item, file }
  }
  return null
}

/** The world around the outbox. */
export interface Ports {
  now(): number
  /** The items as they are this moment. */
  items(): readonly Item[]
  /** Seen by `items` at once; resolves when it is kept for good. */
  keep(item: Item): Promise<void>
  sendRecord(item: Item): Promise<Answer>
  sendFile(item: Item, file: FileRef): Promise<Answer>
}

/** Send what can be sent, one after the other. Ends when nothing is left for now, or nobody gets through. */
export const deliver = async (p: Ports): Promise<'done' | 'offline' | 'signedOut'> => {
  for (;;) {
    const step = nextStep(p.items(), p.now())
    if (!step) return 'done'
    const { file } = step
    const item = begun(step.item)
    await p.keep(item)
    const a = file ? await p.sendFile(item, file) : await p.sendRecord(item)
    const now = p.items().find((i) => i.id === item.id)
    if (now) await p.keep(file ? fileAnswered(now, file.id, a, p.now()) : recordAnswered(now, a, p.now()))
    if (a.is === 'offline' || a.is === 'signedOut') return a.is
  }
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, day } from '../kit/day.ts'
import {
  type Answer,
  answerOf,
  deliver,
  draftOf,
  edited,
  type FileRef,
  type Item,
  mayDiscard,
  mayEdit,
  nextStep,
  type Ports,
  posted,
  recordAnswered,
  takenBack,
  withFiles,
} from './outbox.ts'
import { clockWords, dayHeard, jumpWords } from './when.ts'

type Body = { text: string; bad: boolean }
class Crash extends Error {}

/** The office as far as a phone can tell: each request id is carried out once; what is wrong is refused and leaves nothing. */
const office = () => {
  const records = new Map<string, string>()
  const kept = new Map<string, string[]>()
  const files = new Map<string, { received: number; done: boolean }>()
  return {
    records,
    kept,
    files,
    record: (i: Item): Answer => {
      const b = i.body as Body
      if (!records.has(i.id)) {
        if (b.bad) return { is: 'no', sentence: '请写明反映什么', fields: { request: '请写明' } }
        records.set(i.id, b.text)
      }
      return { is: 'yes', made: { id: `m-${i.id}`, number: `XF-${i.id}` } }
    },
    /** As far as `pieces` pieces get through this time. */
    file: (i: Item, f: FileRef, pieces: number): Answer => {
      if (!records.has(i.id)) throw new Error('a file before its record')
      if (f.name.startsWith('bad')) return { is: 'no', sentence: '这张图片已损坏', fields: {} }
      const s = files.get(f.id) ?? { received: 0, done: false }
      files.set(f.id, s)
      if (s.done) return { is: 'yes' }
      const before = s.received
      s.received = Math.min(f.size, s.received + pieces)
      expect(s.received).toBeGreaterThanOrEqual(before)
      if (s.received < f.size) return { is: 'offline' }
      s.done = true
      kept.set(i.id, [...(kept.get(i.id) ?? []), f.id])
      return { is: 'yes' }
    },
  }
}

/** What may go wrong in one exchange: before it reaches the office, after it, the phone dying, a fault there. */
const luck = fc.constantFrom(
  'fine',
  'fine',
  'fine',
  'lost',
  'unheard',
  'dies before',
  'dies after',
  'fault',
  'signed out',
)
type Luck = typeof luck extends fc.Arbitrary<infer T> ? T : never
const action = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      bad: fc.boolean(),
      files: fc.array(fc.boolean(), { maxLength: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), luck: fc.array(luck, { maxLength: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mend' as const), n: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), n: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('discard' as const), n: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('clock' as const), by: fc.integer({ min: -86_400_000, max: 86_400_000 }) }),
  },
)

test('两部手机、断网、死机、退回、补正任意交错：每件恰好一次，内容是本人最后写的，状态合法', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), action), { maxLength: 60 }), async (story) => {
      const server = office()
      let made = 0
      const phones = [0, 1].map(() => ({
        disk: new Map<string, Item>(),
        memory: new Map<string, Item>(),
        clock: 1_000_000,
      }))
      /** What each person last wrote, and what they threw away. */
      const wrote = new Map<string, string>()
      const thrown = new Set<string>()
      const keep = (p: (typeof phones)[number], i: Item) => {
        // Nothing goes back from delivered.
        const before = p.disk.get(i.id)
        if (before?.phase === 'delivered') expect(i.phase).toBe('delivered')
        if (before?.made) expect(i.made).toEqual(before.made)
        p.memory.set(i.id, i)
        p.disk.set(i.id, i)
      }
      const send = async (p: (typeof phones)[number], given: readonly Luck[]) => {
        const luckLeft = [...given]
        const exchange = (work: () => Answer): Answer => {
          const l = luckLeft.shift() ?? 'fine'
          p.clock += 1000
          if (l === 'lost') return { is: 'offline' }
          if (l === 'fault') return { is: 'later' }
          if (l === 'signed out') return { is: 'signedOut' }
          if (l === 'dies before') throw new Crash()
          const a = work()
          if (l === 'unheard') return { is: 'offline' }
          if (l === 'dies after') throw new Crash()
          return a
        }
        const ports: Ports = {
          now: () => p.clock,
          items: () => [...p.memory.values()],
          keep: async (i) => keep(p, i),
          sendRecord: async (i) => exchange(() => server.record(i)),
          sendFile: async (i, f) => exchange(() => server.file(i, f, 2)),
        }
        try {
          return await deliver(ports)
        } catch (e) {
          if (!(e instanceof Crash)) throw e
          p.memory = new Map(p.disk)
          return 'offline'
        }
      }
      const nth = (p: (typeof phones)[number], n: number) => {
        const all = [...p.memory.values()]
        return all.length ? all[n % all.length] : undefined
      }
      for (const [who, a] of story) {
        const p = phones[who]!
        const now = a.do === 'mend' || a.do === 'edit' || a.do === 'discard' ? nth(p, a.n) : undefined
        if (a.do === 'write') {
          made += 1
          const id = `r${made}`
          const text = `第 ${made} 件`
          const files = a.files.map((bad, n) => ({
            id: `${id}-f${n}`,
            name: bad ? 'bad.jpg' : 'a.jpg',
            size: 3,
            sha256: '',
            done: false,
            sentence: null,
          }))
          p.clock += 1
          keep(
            p,
            posted(
              withFiles(
                edited(draftOf<Body>(id, 'matter', { text, bad: a.bad }, p.clock), { text, bad: a.bad }, text),
                files,
              ),
            ),
          )
          wrote.set(id, text)
        } else if (a.do === 'send') await send(p, a.luck)
        else if (a.do === 'restart') p.memory = new Map(p.disk)
        else if (a.do === 'clock') p.clock += a.by
        else if (now && a.do === 'discard') {
          if (mayDiscard(now) && now.phase !== 'delivered') {
            p.disk.delete(now.id)
            p.memory.delete(now.id)
            thrown.add(now.id)
          }
        } else if (now) {
          if (a.do === 'mend' && now.phase !== 'refused') continue
          const text = `${(now.body as Body).text}，改`
          const changed = edited(now as Item<Body>, { text, bad: false }, text)
          if (changed !== now) wrote.set(now.id, text)
          expect(changed !== now).toBe(mayEdit(now))
          keep(
            p,
            a.do === 'mend'
              ? posted(
                  withFiles(
                    changed,
                    changed.files.filter((f) => f.sentence === null),
                  ),
                )
              : changed,
          )
        }
      }
      // At last the line holds, and every refusal is mended.
      for (let round = 0; round < 4; round += 1)
        for (const p of phones) {
          for (const i of [...p.memory.values()])
            if (i.phase === 'refused') {
              const text = `${(i.body as Body).text}，补`
              if (mayEdit(i)) wrote.set(i.id, text)
              keep(
                p,
                posted(
                  withFiles(
                    edited(i as Item<Body>, { text, bad: false }, text),
                    i.files.filter((f) => f.sentence === null),
                  ),
                ),
              )
            }
          p.clock += 700_000
          await send(p, [])
          for (let n = 0; n < 40; n += 1) {
            p.clock += 700_000
            if (!nextStep([...p.memory.values()], p.clock)) break
            await send(p, [])
          }
        }
      for (const p of phones)
        for (const i of p.disk.values()) {
          expect(i.phase, JSON.stringify(i)).toBe('delivered')
          expect(server.records.get(i.id)).toBe(wrote.get(i.id))
          expect(i.made!.number).toBe(`XF-${i.id}`)
          expect([...(server.kept.get(i.id) ?? [])].sort()).toEqual(i.files.map((f) => f.id).sort())
        }
      const all = phones.flatMap((p) => [...p.disk.keys()])
      expect(new Set(all).size).toBe(all.length)
      for (const id of wrote.keys()) expect(all.includes(id) || thrown.has(id)).toBe(true)
      // What was thrown away before the office had it never gets there.
      for (const id of server.records.keys()) expect(all.includes(id) || thrown.has(id)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

describe('一件一件看', () => {
  const one = (more: Partial<Item> = {}): Item => ({ ...posted(draftOf('a', 'matter', {}, 1)), ...more })

  test('发出去还没有回音的，不能改也不能删：服务器可能已经收下', () => {
    const sent = one({ tries: 1 })
    expect([mayEdit(sent), mayDiscard(sent)]).toEqual([false, false])
    expect(edited(sent, { x: 1 }, '改')).toBe(sent)
    expect(takenBack(sent)).toBe(sent)
    expect(takenBack(one()).phase).toBe('draft')
  })

  test('一件有毛病不耽误后面的；退避的时间一到再发', () => {
    const bad = recordAnswered(one({ tries: 1 }), { is: 'later' }, 1000)
    const good = { ...one(), id: 'b', heardAt: 5 }
    expect(nextStep([bad, good], 1000)?.item.id).toBe('b')
    expect(nextStep([bad], 1000)).toBeNull()
    expect(nextStep([bad], 1000 + 600_000)?.item.id).toBe('a')
    // The clock was set back by a year.
    expect(nextStep([bad], -31_536_000_000)?.item.id).toBe('a')
  })

  test('材料被退，事情已经送达：说清楚，去掉或换一份再发，不重复登记', () => {
    const file = { id: 'f', name: '照片.jpg', size: 1, sha256: '', done: false, sentence: '已损坏' }
    const i = one({ phase: 'refused', made: { id: 'm', number: 'XF1' }, files: [file], sentence: 'x' })
    expect(mayEdit(i)).toBe(false)
    expect(posted(withFiles(i, [])).phase).toBe('delivered')
    expect(nextStep([posted(i)], 0)).toMatchObject({ file: { id: 'f' } })
  })

  test('不是服务器的回答不算数：运营商的登录页、超时、过载都等下次；只有服务器的一句话才是退回', () => {
    expect(answerOf(null).is).toBe('offline')
    expect(answerOf({ status: 200, json: null }).is).toBe('offline')
    expect(answerOf({ status: 403, json: null }).is).toBe('offline')
    expect(answerOf({ status: 401, json: { message: '请先登录' } }).is).toBe('signedOut')
    expect(answerOf({ status: 503, json: { message: 'x' } }).is).toBe('later')
    expect(answerOf({ status: 507, json: { message: 'x' } }).is).toBe('later')
    expect(answerOf({ status: 429, json: { message: 'x' } }).is).toBe('later')
    expect(answerOf({ status: 400, json: { message: '请填写姓名', fields: { name: '请填写' } } })).toEqual({
      is: 'no',
      sentence: '请填写姓名',
      fields: { name: '请填写' },
    })
    expect(answerOf({ status: 409, json: { message: '刚有人报告过' } }).is).toBe('no')
    expect(answerOf({ status: 200, json: { id: 'a', number: 'n' } })).toEqual({
      is: 'yes',
      made: { id: 'a', number: 'n' },
    })
  })
})

describe('手机的时钟不作数', () => {
  const now = Date.parse('2026-03-05T10:00:00+08:00')
  const today = day('2026-03-05')
  test('日期由服务器推算：只取写下到发出之间的时长', () => {
    const year = 365 * 86_400_000
    expect(dayHeard(now - year, now - year, now, today)).toBe(today)
    expect(dayHeard(now + year - 2 * 86_400_000, now + year, now, today)).toBe('2026-03-03')
    // 没电重开的手机从 1970 年走起，写下一件，联网后才对准：不倒推，也不算六十天前
    expect(dayHeard(0, now, now, today)).toBe(today)
    expect(jumpWords(0, now)).toContain('日期按送达那天算')
    expect(jumpWords(now - 86_400_000, now)).toBeNull()
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (heard, sent) => {
        const d = dayHeard(heard, sent, now, today)
        expect(d <= today && d >= addDays(today, -61)).toBe(true)
      }),
    )
  })
  test('差得多的说出来', () => {
    expect(clockWords(now + 60_000, now)).toBeNull()
    expect(clockWords(now + 3_600_000, now)).toBe('手机时钟比服务器快约 60 分钟，日期按服务器推算')
    expect(clockWords(now - 10 * 86_400_000, now)).toContain('慢约 10 天')
  })
})

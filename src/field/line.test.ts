import sharp from 'sharp'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../audit/verify.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import type { DisputeBody } from './dispute.ts'
import { digestOf, fieldOffice } from './field.fixture.ts'
import { sendFile, sendRecord } from './line.ts'
import { deliver, draftOf, type FileRef, type Item, nextStep, pieceSize, posted, withFiles } from './outbox.ts'
import type { Today } from './routes.ts'

const o = fieldOffice()
const { as, cookieOf, now, sql, matter, register } = o
beforeAll(async () => {
  // Disputes go to a network that the office has set up.
  const r = await as('petitionHead', 'POST', '/api/mediation/network', { requestId: uuidv7() })
  expect(r.status, r.body).toBe(200)
})

describe('分段上传', () => {
  const noise = () =>
    sharp({
      create: {
        width: 700,
        height: 500,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .png()
      .toBuffer()
  const put = async (who: string, id: string, offset: number, data: Buffer) => {
    const r = await o.app.inject({
      method: 'PUT',
      url: `/api/field/uploads/${id}/${offset}`,
      headers: { cookie: await cookieOf(who), 'content-type': 'application/octet-stream' },
      payload: data,
    })
    return { status: r.statusCode, json: r.json() }
  }
  const open = (who: string, given: object) => as(who, 'POST', '/api/field/uploads', given)
  const finish = (who: string, id: string) => as(who, 'POST', `/api/field/uploads/${id}/finish`, {})
  const digest = digestOf

  test('断在哪里从哪里接着传，乱序、重复、收齐后再问都不出错；成为一份材料，零件清掉', async () => {
    const { id: petitionId } = await register()
    const data = await noise()
    expect(data.length).toBeGreaterThan(2 * pieceSize)
    const given = { id: uuidv7(), petitionId, name: '照片.png', size: data.length, sha256: digest(data) }
    expect((await open('gridWorker', given)).json).toEqual({ received: 0, done: false })
    const piece = (n: number) => data.subarray(n * pieceSize, (n + 1) * pieceSize)
    expect((await put('gridWorker', given.id, 0, piece(0))).json.received).toBe(pieceSize)
    // The answer was lost: the same again, and one too far ahead.
    expect((await put('gridWorker', given.id, 0, piece(0))).json.received).toBe(pieceSize)
    expect((await put('gridWorker', given.id, 2 * pieceSize, piece(2))).json.received).toBe(pieceSize)
    expect((await finish('gridWorker', given.id)).json).toEqual({ received: pieceSize, done: false })
    expect((await open('gridWorker', given)).json).toEqual({ received: pieceSize, done: false })
    // A cut in the middle of a piece: what came is kept, and the rest begins there.
    expect((await put('gridWorker', given.id, pieceSize, piece(1).subarray(0, 1000))).json.received).toBe(
      pieceSize + 1000,
    )
    let at = pieceSize + 1000
    while (at < data.length)
      at = (await put('gridWorker', given.id, at, data.subarray(at, at + pieceSize))).json.received as number
    for (let n = 0; n < 2; n += 1)
      expect((await finish('gridWorker', given.id)).json).toEqual({ received: data.length, done: true })
    expect((await open('gridWorker', given)).json).toEqual({ received: data.length, done: true })
    const kept = await sql<{ id: string; name: string }>('select id, name from attachment where petition_id = $1', [
      petitionId,
    ])
    expect(kept.map((k) => k.name)).toEqual(['照片.png'])
    await expect(o.world.files.get(`${o.town.townId}/upload-${given.id}/0`)).rejects.toThrow()
    const file = await as('gridWorker', 'GET', `/api/petitions/${petitionId}/attachments/${kept[0]!.id}`)
    expect((await sharp(file.raw).metadata()).width).toBe(700)
  })

  test('校验值不符从头再传；不是材料的类型退回一句话；别人的上传不存在；太大的不收', async () => {
    const { id: petitionId } = await register()
    const data = Buffer.from('一段文字')
    const given = { id: uuidv7(), petitionId, name: '记录.txt', size: data.length, sha256: digest(data) }
    await open('gridWorker', given)
    await put('gridWorker', given.id, 0, Buffer.from('一段坏字'))
    expect((await finish('gridWorker', given.id)).json).toEqual({ received: 0, done: false })
    expect((await put('villageOfficer', given.id, 0, data)).status).toBe(404)
    expect((await finish('villageOfficer', given.id)).status).toBe(404)
    expect((await put('gridWorker', given.id, 0, Buffer.concat([data, data]))).json.message).toContain('比文件还长')
    await put('gridWorker', given.id, 0, data)
    expect((await finish('gridWorker', given.id)).json.done).toBe(true)

    const bad = Buffer.from([0, 1, 2, 3, 250, 251, 0, 9])
    const wrong = { id: uuidv7(), petitionId, name: '程序.exe', size: bad.length, sha256: digest(bad) }
    await open('gridWorker', wrong)
    await put('gridWorker', wrong.id, 0, bad)
    const no = await finish('gridWorker', wrong.id)
    expect([no.status, no.json.message]).toEqual([400, expect.stringContaining('不是可以作为材料的文件类型')])
    expect((await open('gridWorker', { ...given, id: uuidv7(), size: 60 * 1024 * 1024 })).status).toBe(400)
    expect((await open('unitHandler2', { ...given, id: uuidv7() })).status).toBe(404)
    expect((await open('gridWorker', { ...given, sha256: digest(bad) })).json.message).toContain('不是同一个')
  })

  test('纠纷的材料同样分段传：调解员接手以后登记人的照片仍然收得下，归档的、别人的不收', async () => {
    const [kind] = ((await as('gridWorker', 'GET', '/api/field/today')).json as Today).disputeKinds
    const made = await as('gridWorker', 'POST', '/api/field/disputes', {
      requestId: uuidv7(),
      heardAt: now(),
      sentAt: now(),
      input: {
        origin: 'ownMotion',
        kind: kind!.code,
        title: '两家为界墙争执',
        facts: '翻建时界墙外移',
        villageId: o.town.villages.东庄村,
        parties: ['试验人甲', '试验人乙'].map((name, n) => ({ name, side: n === 0 ? 'applicant' : 'respondent' })),
      },
    })
    expect(made.status, made.body).toBe(200)
    const data = await noise()
    const given = { id: uuidv7(), disputeId: made.json.id, name: '界墙.png', size: data.length, sha256: digest(data) }
    expect((await open('gridWorker', { ...given, petitionId: given.disputeId })).status).toBe(400)
    expect((await open('unitHandler', { ...given, id: uuidv7() })).status).toBe(404)
    expect((await open('gridWorker', given)).json).toEqual({ received: 0, done: false })
    // Decided meanwhile: whoever registered it sees how it stands, and no longer opens its file.
    await sql("update dispute set state = 'notAccepted' where id = $1", [given.disputeId])
    for (let at = 0; at < data.length; )
      at = (await put('gridWorker', given.id, at, data.subarray(at, at + pieceSize))).json.received as number
    for (let n = 0; n < 2; n += 1)
      expect((await finish('gridWorker', given.id)).json).toEqual({ received: data.length, done: true })
    expect(
      await sql('select name, kind, by_name as by from mediation_file where dispute_id = $1', [given.disputeId]),
    ).toEqual([{ name: '界墙.png', kind: '图片', by: expect.any(String) }])
    await expect(o.world.files.get(`${o.town.townId}/upload-${given.id}/0`)).rejects.toThrow()
    await sql("update dispute set state = 'closed' where id = $1", [given.disputeId])
    expect((await open('gridWorker', { ...given, id: uuidv7() })).json.message).toContain('已归档')
  })

  test('三十天没有传完的清掉', async () => {
    const { id: petitionId } = await register()
    const data = Buffer.from('没有传完的')
    const given = { id: uuidv7(), petitionId, name: '旧.txt', size: data.length, sha256: digest(data) }
    await open('gridWorker', given)
    await put('gridWorker', given.id, 0, data.subarray(0, 4))
    o.world.clock.set('2026-04-10')
    await open('gridWorker', { ...given, id: uuidv7() })
    o.world.clock.set('2026-03-05')
    expect(await sql('select 1 from upload where id = $1', [given.id])).toEqual([])
    await expect(o.world.files.get(`${o.town.townId}/upload-${given.id}/0`)).rejects.toThrow()
  })
})

describe('坏线路上，手机自己的发送程序对着真的服务器', () => {
  const plain = globalThis.fetch
  afterEach(() => {
    globalThis.fetch = plain
  })
  /** The phone's fetch, straight into the server; `luck` says for each call whether it is lost before, after, or not at all. */
  const wire = (who: string, luck: () => 'fine' | 'before' | 'after') => {
    globalThis.fetch = (async (path: string, init: RequestInit) => {
      const l = luck()
      if (l === 'before') throw new TypeError('network')
      const r = await o.app.inject({
        method: init.method as 'POST',
        url: path,
        headers: { ...(init.headers as Record<string, string>), cookie: await cookieOf(who) },
        ...(init.body === undefined
          ? {}
          : { payload: init.body instanceof ArrayBuffer ? Buffer.from(init.body) : (init.body as string) }),
      })
      if (l === 'after') throw new TypeError('network')
      return new Response(r.body, { status: r.statusCode })
    }) as typeof fetch
  }

  test('登记带材料、记一笔、回访：每次往返都可能丢，最后各恰好一次；回访被退的说原因', async () => {
    const held = (
      await as('clerk', 'POST', '/api/petitions', {
        requestId: uuidv7(),
        input: {
          channel: 'visit',
          receivedOn: '2026-03-05',
          request: '要求修桥',
          oral: true,
          readBack: true,
          villageId: o.town.villages.东庄村,
          parties: [{ name: '试验人丙' }],
        },
      })
    ).json as { id: string; number: string }
    const ended = await as('clerk', 'POST', `/api/petitions/${held.id}/moves/withdraw`, {
      requestId: uuidv7(),
      version: (await as('clerk', 'GET', `/api/petitions/${held.id}`)).json.matter.version,
      input: { words: '桥已经修好，不再反映', onDay: '2026-03-05', voluntary: true },
    })
    expect(ended.status, ended.body).toBe(200)
    const today = (await as('villageOfficer', 'GET', '/api/field/today')).json as Today
    const visit = today.revisits.find((l) => l.id === held.id)!
    expect(visit.number).toBe(held.number)

    const data = await sharp({
      create: {
        width: 500,
        height: 500,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .png()
      .toBuffer()
    const file = {
      id: uuidv7(),
      name: '照片.png',
      size: data.length,
      sha256: digestOf(data),
      done: false,
      sentence: null,
    }
    const body = {
      petitionId: held.id,
      number: held.number,
      version: visit.version,
      input: {
        way: 'visit',
        reached: true,
        ratingOffice: 'satisfied',
        ratingUnit: null,
        reasons: '满意',
        newIssues: '',
      },
    }
    const items = new Map<string, Item>()
    const put = (i: Item) => items.set(i.id, i)
    const asked = now()
    put(posted(withFiles(draftOf(uuidv7(), 'matter', matter({ request: '坏线路上登记的一件' }).input, asked), [file])))
    put(posted(draftOf(uuidv7(), 'revisit', body, asked + 1)))
    put(posted(draftOf(uuidv7(), 'note', { petitionId: held.id, body: '坏线路上记的一笔' }, asked + 2)))
    // A second visit from an old page: the matter has moved on.
    put(posted(draftOf(uuidv7(), 'revisit', body, asked + 3)))
    const record = { headCount: 2, withIds: [], outcome: '坏线路上的走访', items: [] }
    const walk = { planned: null, kind: 'callOn', villageId: o.town.villages.东庄村, where: '', petitionId: null }
    put(posted(draftOf(uuidv7(), 'visit', { ...walk, record }, asked + 4)))
    const up = { way: 'town', up: { to: 'town', why: 'beyond', reason: '超出村里职权' } }
    put(posted(draftOf(uuidv7(), 'matter', matter({ request: '坏线路上登记就上报的一件', ...up }).input, asked + 5)))
    const [kind] = today.disputeKinds
    const side = (name: string) => ({ name, phone: '', claim: '' })
    const dispute: DisputeBody = {
      origin: 'ownMotion',
      kind: kind!.code,
      title: '坏线路上登记的纠纷',
      facts: '为滴水檐争执',
      villageId: o.town.villages.东庄村!,
      gridId: null,
      sides: [side('试验人癸'), side('试验人子')],
    }
    put(posted(withFiles(draftOf(uuidv7(), 'dispute', dispute, asked + 6), [{ ...file, id: uuidv7() }])))
    let n = 0
    const lucks = ['after', 'fine', 'before', 'after', 'fine', 'after', 'after', 'before', 'fine'] as const
    wire('villageOfficer', () => lucks[n++ % lucks.length]!)
    const shelf = {
      piece: async (_id: string, k: number) => new Uint8Array(data.subarray(k * pieceSize, (k + 1) * pieceSize)).buffer,
    }
    const ports = {
      now: () => Date.now(),
      items: () => [...items.values()],
      keep: async (i: Item) => void put(i),
      sendRecord: (i: Item) => sendRecord(i, () => '2026-03-05'),
      sendFile: (i: Item, f: FileRef) => sendFile(shelf as never, i, f, () => {}),
    }
    for (let k = 0; k < 60 && nextStep([...items.values()], Date.now()); k += 1) await deliver(ports)
    const [first, , , fourth] = [...items.values()]
    expect([...items.values()].map((i) => i.phase)).toEqual([
      'delivered',
      'delivered',
      'delivered',
      'refused',
      'delivered',
      'delivered',
      'delivered',
    ])
    expect(
      await sql(
        "select f.name from dispute d join mediation_file f on f.dispute_id = d.id where d.title = '坏线路上登记的纠纷'",
      ),
    ).toEqual([{ name: '照片.png' }])
    expect((await sql("select 1 from visit where outcome like '坏线路上的走访%'")).length).toBe(1)
    expect(
      await sql(
        "select jsonb_array_length(to_jsonb(passes)) as n from petition where request like '坏线路上登记就上报%'",
      ),
    ).toEqual([{ n: 1 }])
    expect(fourth!.sentence).toContain('他人刚处理过此事项')
    expect((await sql("select 1 from petition where request = '坏线路上登记的一件'")).length).toBe(1)
    expect((await sql('select 1 from attachment where petition_id = $1', [first!.made!.id])).length).toBe(1)
    expect(await sql('select rating_office from petition where id = $1', [held.id])).toEqual([
      { rating_office: 'satisfied' },
    ])
    expect(
      (await sql("select 1 from petition_record where petition_id = $1 and body like '坏线路上%'", [held.id])).length,
    ).toBe(1)
  })

  test('几次传输后内容都对不上的，说一句话退回，不无休止地传', async () => {
    const { id } = await register()
    const file = {
      id: uuidv7(),
      name: '坏.txt',
      size: 9,
      sha256: digestOf(Buffer.from('原来的内容')),
      done: false,
      sentence: null,
    }
    wire('gridWorker', () => 'fine')
    const shelf = { piece: async () => new Uint8Array(9).fill(65).buffer }
    const i = { ...posted(draftOf(uuidv7(), 'matter', {}, 1)), made: { id, number: '' }, files: [file] }
    expect(await sendFile(shelf as never, i, file, () => {})).toMatchObject({
      is: 'no',
      sentence: expect.stringContaining('对不上'),
    })
  })
})

test('留痕成链', async () => {
  const verdict = await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))
  expect(verdict.problems).toEqual([])
})

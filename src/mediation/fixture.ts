import sharp from 'sharp'
import { expect } from 'vitest'
import { sheetOf } from '../documents/sheet.ts'
import { type Office, openOffice } from '../duty/fixture.ts'
import { uuidv7 } from '../kit/server/crypto.ts'

/** A small town with its mediation network made or not, and the calls the mediation tests share. */
export const openMediation = async (today: string) => {
  const o: Office = await openOffice(today)
  const post = async (who: string, url: string, body: object) =>
    o.as(who, 'POST', url, { requestId: uuidv7(), ...body })
  const ok = async (who: string, url: string, body: object) => {
    const r = await post(who, url, body)
    expect(r.status, JSON.stringify(r.json)).toBe(200)
    return r.json
  }
  const view = async (who: string, id: string) => {
    const r = await o.as(who, 'GET', `/api/disputes/${id}`)
    expect(r.status, JSON.stringify(r.json)).toBe(200)
    return r.json
  }
  const tryMove = async (who: string, id: string, move: string, input: object = {}) => {
    const { version } = await view(who, id)
    return post(who, `/api/disputes/${id}/moves/${move}`, { version, input })
  }
  const move = async (who: string, id: string, name: string, input: object = {}) => {
    const r = await tryMove(who, id, name, input)
    expect(r.status, `${name} ${JSON.stringify(r.json)}`).toBe(200)
    return view(who, id).catch(() => null)
  }
  const refused = async (who: string, id: string, name: string, input: object = {}) => {
    const r = await tryMove(who, id, name, input)
    expect(r.status, `${name} ${JSON.stringify(r.json)}`).toBeGreaterThanOrEqual(400)
    return r.json.message as string
  }
  const input = (more: object = {}) => ({
    origin: 'ownMotion',
    kind: 'neighbour',
    title: '宅基地排水纠纷',
    facts: '两家因屋后排水沟起争执。',
    claimsFen: 500_000,
    villageId: o.town.villages.东庄村,
    parties: [
      { side: 'applicant', name: '柳成林', phone: '13800001111', claim: '疏通排水沟并赔偿五千元' },
      { side: 'respondent', name: '范守田', phone: '13800002222' },
    ],
    ...more,
  })
  const register = async (who: string, more: object = {}) =>
    (await ok(who, '/api/disputes', { input: input(more) })).id as string
  const day = () => o.world.clock.today()
  const started = async (who: string, id: string) => {
    const v = await view(who, id)
    for (const p of v.file.parties.filter((x: { role: string }) => x.role === 'party'))
      await move(who, id, 'askConsent', { partyId: p.id, consent: 'yes', words: '愿意调解', onDay: day() })
    await move(who, id, 'tellRights', { onDay: day(), way: 'oral', open: false, read: true })
  }
  /** Disputes are mediated in the village by its officer, whom the tests call on most. */
  const mediating = async (more: object = {}) => {
    const id = await register('villageOfficer', more)
    await started('villageOfficer', id)
    await move('villageOfficer', id, 'accept')
    await move('villageOfficer', id, 'assign', { mediatorIds: [o.id('villageOfficer')], how: 'chosen' })
    return id
  }
  const agreed = async (id: string, more: object = {}) => {
    const { parties, records } = (await view('villageOfficer', id)).file
    const [a, b] = parties
    if (!records.some((r: { kind: string }) => r.kind === 'session'))
      await move('villageOfficer', id, 'holdSession', {
        onDay: day(),
        place: '村委会',
        came: '双方',
        minutes: 30,
        body: '谈妥了',
        readBack: true,
      })
    await move('villageOfficer', id, 'draftAgreement', {
      form: 'written',
      whole: true,
      facts: '范守田填了排水沟。',
      clauses: [{ key: 'remove', text: '范守田疏通排水沟。' }],
      performances: [
        { what: '疏通排水沟', way: '现场', payerId: b.id, payeeId: a.id, amountFen: null, dueOn: '2026-03-20' },
      ],
      ...more,
    })
    for (const by of [a.id, b.id]) await move('villageOfficer', id, 'sign', { by, how: '签名', onDay: day() })
    await move('villageOfficer', id, 'sign', { by: 'mediator', how: '签名', onDay: day() })
    return move('villageOfficer', id, 'sign', { by: 'seal', how: '盖章', onDay: day() })
  }
  const put = async (
    who: string,
    url: string,
    requestId: string = uuidv7(),
    file: { name: string; data: Buffer; serves?: string } = { name: '收条.png', data: dot },
  ) => {
    const mark = 'x-mark'
    const field = (n: string, v: string) => `--${mark}\r\ncontent-disposition: form-data; name="${n}"\r\n\r\n${v}\r\n`
    return o.app.inject({
      method: 'POST',
      url,
      headers: { cookie: await o.cookie(who), 'content-type': `multipart/form-data; boundary=${mark}` },
      payload: Buffer.concat([
        Buffer.from(
          `${field('requestId', requestId)}${file.serves ? field('serves', file.serves) : ''}--${mark}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\n\r\n`,
        ),
        file.data,
        Buffer.from(`\r\n--${mark}--\r\n`),
      ]),
    })
  }
  return { o, post, ok, view, tryMove, move, refused, input, register, started, mediating, agreed, put, day }
}
export type MediationOffice = Awaited<ReturnType<typeof openMediation>>

/** A picture of one point. */
export const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
/** A PDF of so many pages, each a filled square. */
export const pdfOf = (pages: number): Buffer => {
  const draw = '1 0 0 rg 100 100 300 300 re f'
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Count ${pages}/Kids[${Array.from({ length: pages }, (_, i) => `${i + 4} 0 R`).join(' ')}]>>`,
    `<</Length ${draw.length}>>stream\n${draw}\nendstream`,
    ...Array.from({ length: pages }, () => '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R>>'),
  ]
  let body = '%PDF-1.4\n'
  const at = objects.map((o, i) => {
    const from = body.length
    body += `${i + 1} 0 obj${o}endobj\n`
    return from
  })
  const xref = at.map((x) => `${String(x).padStart(10, '0')} 00000 n \n`).join('')
  return Buffer.from(
    `${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${xref}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF`,
  )
}
export const photo = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#4a7' } })
    .jpeg()
    .toBuffer()
/** A phone's HEIC photo: 96 by 64 points, red above and blue below. */
export const heic = Buffer.from(
  'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAT9tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAFjAAEAAAAAAAAAQAAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEAAGh2YzEAAAAAv2lwcnAAAAChaXBjbwAAAHVodmNDAQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQAoQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbqSSmubAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQAAAABRpc3BlAAAAAAAAAGAAAABAAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAoMAAABIbWRhdAAAADwoAa8TgKsLyK/Xj31PWef/u8S+pWZb39BM1M5tOjcEHH7VYtDB+aj6dMU9lx+mGSLDt65U80+WdCb+b3g=',
  'base64',
)

/** The words of a Word file, cells set apart by |. */
export const wordsOf = (file: Uint8Array): string => {
  const s = sheetOf(file)
  const of = (paras: (typeof s)['header']) => paras.map((p) => p.runs.map((r) => r.text).join('')).join('\n')
  return [
    of(s.header),
    ...s.body.map((b) =>
      b.type === 'p' ? of([b]) : b.rows.map((r) => r.cells.map((c) => of(c.paras)).join('|')).join('\n'),
    ),
  ].join('\n')
}

import { expect } from 'vitest'
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
  return { o, post, ok, view, tryMove, move, refused, input, register, started, day }
}
export type MediationOffice = Awaited<ReturnType<typeof openMediation>>

import { beforeGiven } from '../petitions/register/before.ts'
import { type CourtesyBody, checked } from './courtesy.ts'
import { type DisputeBody, disputeInput } from './dispute.ts'
import { type MatterBody, type RevisitBody, wayOf } from './forms.ts'
import { type Answer, answerOf, type FileRef, type Item, pieceSize } from './outbox.ts'
import { type PlanBody, planRequest } from './plan.ts'
import { type ReportBody, reportInput } from './report.ts'
import type { Shelf } from './shelf.ts'
import { type DownBody, type PromiseBody, promiseEnd, type TellBody, type UpBody } from './steps.ts'
import type { VisitBody } from './visit.ts'

/** The line to the server: short requests that give up in time, and what their answers mean. */
export interface Heard {
  status: number
  json: unknown
}

/**
 * How long a request may take before it counts as lost, in milliseconds: at 20 kb/s a piece of a file gets through in the first,
 * a record or the day's list in the second. One that hangs keeps all that waits behind it.
 */
const patience = { piece: 120_000, short: 30_000 }

/** null when nobody answered. Never throws. */
export const ask = async (method: string, path: string, body?: unknown): Promise<Heard | null> => {
  const stop = new AbortController()
  const bytes = body instanceof ArrayBuffer
  const timer = setTimeout(() => stop.abort(), bytes ? patience.piece : patience.short)
  try {
    const r = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: stop.signal,
      headers: body === undefined ? {} : { 'content-type': bytes ? 'application/octet-stream' : 'application/json' },
      body: body === undefined ? undefined : bytes ? body : JSON.stringify(body),
    })
    return { status: r.status, json: await r.json().catch(() => null) }
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

/** Send one record by the route it is for; always with its own id. `dayOf` is the server's day of when it was written. */
export const sendRecord = async (i: Item, dayOf: (heardAt: number) => string): Promise<Answer> => {
  const requestId = i.id
  const times = { heardAt: i.heardAt, sentAt: Date.now() }
  const post = async (path: string, body: object) => answerOf(await ask('POST', path, { requestId, ...body }))
  /** A move of a matter, of the version that was seen. */
  const move = async (b: { petitionId: string; number: string; version: number }, name: string, input: object) => {
    const a = await post(`/api/petitions/${b.petitionId}/moves/${name}`, { version: b.version, input })
    return a.is === 'yes' ? ({ is: 'yes', made: { id: b.petitionId, number: b.number } } as const) : a
  }
  switch (i.kind) {
    case 'matter': {
      const { way: _w, ...b } = i.body as MatterBody
      const way = wayOf(i.body as MatterBody)
      const input = {
        ...b,
        answer: way === 'answered' ? b.answer : '',
        up: way === 'area' || way === 'town' ? { ...b.up, to: way } : null,
        courtesy: b.channel === 'visit' ? checked(b.courtesy) : null,
        before: beforeGiven(b.before ?? null),
      }
      return post('/api/field/matters', { ...times, input })
    }
    case 'dispute':
      return post('/api/field/disputes', { ...times, input: disputeInput(i.body as DisputeBody) })
    case 'courtesy': {
      const { petitionId, items, note } = i.body as CourtesyBody
      return post('/api/field/courtesy', { ...times, input: { petitionId, items, note } })
    }
    case 'note':
      return post('/api/field/notes', { ...times, input: i.body })
    case 'report':
      return post('/api/field/reports', { ...times, input: reportInput(i.body as ReportBody) })
    case 'visit': {
      const { planned, kind, villageId, record } = i.body as VisitBody
      return post('/api/field/visits', { ...times, input: { planned, kind, villageId, record } })
    }
    case 'revisit': {
      const b = i.body as RevisitBody
      return move(b, 'followUp', { ...b.input, onDay: dayOf(i.heardAt) })
    }
    case 'up': {
      const { to, why, reason, ...b } = i.body as UpBody
      return move(b, 'passUp', { to, why, reason })
    }
    case 'down': {
      const { to, reason, dueOn, ...b } = i.body as DownBody
      return move(b, 'passDown', { to, reason, dueOn })
    }
    case 'plan':
      return post(...planRequest(i.body as PlanBody))
    case 'tell': {
      const { way, body, ...b } = i.body as TellBody
      return move(b, 'tellBack', { way, body, onDay: dayOf(i.heardAt) })
    }
    case 'promise': {
      const b = i.body as PromiseBody
      return post(`/api/promises/${b.promiseId}/end`, { version: b.version, end: promiseEnd(b) })
    }
  }
}

/** How often a file may arrive other than it was sent before the person is told. */
const mismatches = 3

/** Send a file piece by piece from where the server has it; cut anywhere, it goes on there the next time. */
export const sendFile = async (
  shelf: Shelf,
  i: Item,
  f: FileRef,
  progress: (received: number) => void,
): Promise<Answer> => {
  const { id, name, size, sha256 } = f
  const of = { [i.kind === 'dispute' ? 'disputeId' : 'petitionId']: i.made!.id }
  const heard = await ask('POST', '/api/field/uploads', { id, ...of, name, size, sha256 })
  let wrong = 0
  for (let h = heard; ; ) {
    const a = answerOf(h)
    if (a.is !== 'yes') return a
    const s = h!.json as { received: number; done: boolean }
    progress(s.received)
    if (s.done) return a
    if (s.received >= size) {
      h = await ask('POST', `/api/field/uploads/${id}/finish`)
      const after = h?.json as { received?: number; done?: boolean } | null
      if (h?.status === 200 && after?.done === false) {
        wrong += 1
        if (wrong >= mismatches) return { is: 'no', sentence: '几次传输后内容都对不上，请去掉后重新添加', fields: {} }
      }
      continue
    }
    const n = Math.floor(s.received / pieceSize)
    const piece = await shelf.piece(id, n)
    if (!piece) return { is: 'no', sentence: '手机上找不到这份材料了，请去掉后重新添加', fields: {} }
    h = await ask('PUT', `/api/field/uploads/${id}/${s.received}`, piece.slice(s.received - n * pieceSize))
  }
}

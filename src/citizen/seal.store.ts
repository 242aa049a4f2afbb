import { createHash } from 'node:crypto'
import { type Html, html } from '../kit/html.ts'
import { isUuid, uuidv7 } from '../kit/server/crypto.ts'
import { keyringOf } from '../kit/server/keys.ts'
import type { World } from '../petitions/world.store.ts'
import type { Texts } from './input.ts'
import { bitsFor, enoughZeros, type Use, uses, workRefusal, workText } from './work.ts'

const tenMinutes = 600_000

/**
 * Gives forms a seal of their own and looks at it when they come back. Nothing is stored but a few instants in memory: a form's seal
 * belongs to its request id, which can register one matter only; of the seals for guessing those that were used are remembered.
 */
export const sealsOf = (world: Pick<World, 'clock' | 'dataDir'>) => {
  const sendings = new Map<string, { at: number; slow: boolean }[]>()
  const used = new Map<string, number>()
  const recent = (townId: string) => {
    const since = world.clock.now().getTime() - tenMinutes
    const list = (sendings.get(townId) ?? []).filter((x) => x.at > since)
    sendings.set(townId, list)
    return list
  }
  const macOf = (townId: string, use: Use, requestId: string, issued: string, bits: string) =>
    keyringOf(world.dataDir).blind(`form/${townId}/${use}/${requestId}/${issued}/${bits}`).slice(0, 32)
  const fieldsOf = (requestId: string, seal: string, bits: string, work = '') =>
    html`<input type="hidden" name="requestId" value="${requestId}"><input type="hidden" name="seal" value="${seal}" data-bits="${bits}"><input type="hidden" name="work" value="${work}">`
  /** Milliseconds since a seal was given out for this request id; null when it wasn't, or is too old. */
  const ageOf = (townId: string, use: Use, fields: Texts): number | null => {
    const [issued = '', bits = '', mac = ''] = (fields.seal ?? '').split('.')
    if (!isUuid(fields.requestId) || mac !== macOf(townId, use, fields.requestId!, issued, bits)) return null
    const age = world.clock.now().getTime() - Number.parseInt(issued, 36)
    return age >= 0 && age <= uses[use].validMs ? age : null
  }
  return {
    /** The hidden fields of a form; the same again for one that comes back while its seal holds. */
    fields: (townId: string, use: Use, sent: Texts = {}): Html => {
      if (ageOf(townId, use, sent) !== null && !used.has(sent.seal!))
        return fieldsOf(sent.requestId!, sent.seal!, sent.seal!.split('.')[1]!, sent.work)
      const requestId = isUuid(sent.requestId) && !used.has(sent.seal ?? '') ? sent.requestId! : uuidv7()
      const issued = world.clock.now().getTime().toString(36)
      const bits = String(bitsFor(recent(townId).length))
      return fieldsOf(requestId, `${issued}.${bits}.${macOf(townId, use, requestId, issued, bits)}`, bits)
    },
    /** Why what was sent isn't taken yet; null when it is, which then counts as one sending. */
    refusal: (townId: string, use: Use, sent: Texts, button: string): string | null => {
      const now = world.clock.now().getTime()
      const seal = sent.seal ?? ''
      const age = ageOf(townId, use, sent)
      const bits = Number(seal.split('.')[1])
      const solved =
        age !== null &&
        /^\d{1,12}$/.test(sent.work ?? '') &&
        enoughZeros(createHash('sha256').update(workText(seal, sent.work!)).digest().readInt32BE(0), bits)
      const list = recent(townId)
      const slow = list.filter((x) => x.slow).length
      const no = workRefusal(use, { age, solved, used: used.has(seal), slow }, button)
      if (no !== null) return no
      list.push({ at: now, slow: !solved })
      if (use === 'guess') {
        for (const [k, until] of used) if (until < now) used.delete(k)
        used.set(seal, now + uses.guess.validMs)
      }
      return null
    },
  }
}

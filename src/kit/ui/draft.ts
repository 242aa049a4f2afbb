import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react'

/** Whose drafts these are: two people at one computer never see each other's. */
export const DraftOwner = createContext('')

const prefix = 'huisheng:draft:'
const keptDays = 7

const read = <T>(key: string | null): T | null => {
  if (key === null) return null
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as { at: number; value: T } | null
    return kept && Date.now() - kept.at < keptDays * 86_400_000 ? kept.value : null
  } catch {
    return null
  }
}

/** Forget drafts of every owner that are older than a week. */
export const forgetOldDrafts = () => {
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(prefix) && read(key) === null) localStorage.removeItem(key)
  } catch {
    // storage is switched off: there is nothing to forget
  }
}

export interface Draft<T> {
  value: T
  set: (next: T | ((now: T) => T)) => void
  /** Forget it, after success or when the person asks to start afresh. */
  clear: () => void
  /** True when an earlier, unfinished form was found. */
  restored: boolean
}

/**
 * A half-filled form that survives reload, crash and sign-out; kept in this browser for a week, per person.
 * Without a name nothing is kept. Until something is filled in it shows `initial` as it is now; afterwards what was filled in.
 */
export const useDraft = <T>(name: string | null, initial: T): Draft<T> => {
  const owner = useContext(DraftOwner)
  const key = name === null ? null : `${prefix}${owner}:${name}`
  const latest = useRef(initial)
  useEffect(() => {
    latest.current = initial
  })
  const found = (): { key: string | null; own: { value: T } | null; restored: boolean; touched: boolean } => {
    const kept = read<T>(key)
    return { key, own: kept === null ? null : { value: kept }, restored: kept !== null, touched: false }
  }
  const [state, setState] = useState(found)
  if (state.key !== key) setState(found())
  useEffect(() => {
    if (!state.touched || state.key === null || state.own === null) return
    try {
      localStorage.setItem(state.key, JSON.stringify({ at: Date.now(), value: state.own.value }))
    } catch {
      // full or switched off: the form still works, only the draft is not kept
    }
  }, [state])
  const set = useCallback((next: T | ((now: T) => T)) => {
    setState((s) => {
      const now = s.own ? s.own.value : latest.current
      return { ...s, touched: true, own: { value: typeof next === 'function' ? (next as (now: T) => T)(now) : next } }
    })
  }, [])
  const clear = useCallback(() => {
    try {
      if (key !== null) localStorage.removeItem(key)
    } catch {
      // nothing was kept
    }
    setState({ key, own: null, restored: false, touched: false })
  }, [key])
  return { value: state.own ? state.own.value : initial, set, clear, restored: state.restored }
}

/** Something small this browser remembers for the person, such as the chosen columns. */
export const useRemembered = <T>(name: string, initial: T): [T, (next: T) => void] => {
  const key = `huisheng:${useContext(DraftOwner)}:${name}`
  const [value, setValue] = useState<T>(() => {
    try {
      return (JSON.parse(localStorage.getItem(key) ?? 'null') as T | null) ?? initial
    } catch {
      return initial
    }
  })
  const set = useCallback(
    (next: T) => {
      setValue(next)
      try {
        localStorage.setItem(key, JSON.stringify(next))
      } catch {
        // remembered until the page closes
      }
    },
    [key],
  )
  return [value, set]
}

/** An id that makes a request safe to repeat. Without https there is no crypto.randomUUID, so it is put together. */
export const newRequestId = (): string => {
  if (crypto.randomUUID) return crypto.randomUUID()
  const b = crypto.getRandomValues(new Uint8Array(16))
  b[6] = (b[6]! & 0x0f) | 0x40
  b[8] = (b[8]! & 0x3f) | 0x80
  const hex = Array.from(b, (n) => n.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

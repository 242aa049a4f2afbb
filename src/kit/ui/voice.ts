/** A voice note from the microphone. Small enough for a slow line: speech at 24 kb/s is a megabyte in five minutes. */

/** Whether this browser can record here: it has what is needed and the page came by a safe way. */
export const canRecord = (): boolean => 'MediaRecorder' in window && !!navigator.mediaDevices?.getUserMedia

export interface Voice {
  /** Ends the recording; it also ends by itself when its time is up or the microphone is taken away. */
  stop(): void
  /** The recording, with the end of its name as its bytes are. */
  done: Promise<File>
}

/** Begins a recording. Throws where the microphone is not given. */
export const record = async (name: string, most = 300): Promise<Voice> => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  const r = new MediaRecorder(stream, { audioBitsPerSecond: 24_000 })
  const parts: Blob[] = []
  r.ondataavailable = (e) => parts.push(e.data)
  const stop = () => {
    if (r.state !== 'inactive') r.stop()
  }
  const timer = setTimeout(stop, most * 1000)
  const done = new Promise<File>((give) => {
    r.onstop = () => {
      clearTimeout(timer)
      for (const t of stream.getTracks()) t.stop()
      const type = r.mimeType
      const end = type.includes('mp4') ? 'm4a' : type.includes('ogg') ? 'ogg' : 'webm'
      give(new File(parts, `${name}.${end}`, { type }))
    }
  })
  r.start()
  return { stop, done }
}

import { sizeWords } from '../kit/ui/Uploads.tsx'
import type { Card } from './routes.ts'

/** Files put to a task, to be opened. */
export function Evidence({ files }: { files: Card['files'] }) {
  if (files.length === 0) return null
  return (
    <ul className="hs-plain">
      {files.map((f) => (
        <li key={f.id}>
          <a href={`/api/assessment/files/${f.id}`}>{f.name}</a> <span className="hs-muted">{sizeWords(f.size)}</span>
        </li>
      ))}
    </ul>
  )
}

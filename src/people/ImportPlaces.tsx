import { count } from '../kit/ui/bits.tsx'
import type { DivisionReport } from './divisions.import.ts'
import { ImportSheet } from './ImportSheet.tsx'

const words = { areas: '管区', villages: '村', grids: '网格', workers: '网格员' } as const
const kinds = Object.keys(words) as (keyof typeof words)[]

/** Areas, villages, grids and grid workers from the office's own spreadsheet: first what would change, then the change. */
export function ImportPlaces({ onClose }: { onClose: () => void }) {
  return (
    <ImportSheet<DivisionReport>
      title="从表格导入管区、村、网格"
      path="/api/divisions"
      accept=".xlsx,.xlsm,.xls,.et,.csv"
      choose="选择表格"
      changesIn={(report) => kinds.reduce((n, k) => n + report[k].added + report[k].updated, 0)}
      says={() => '已导入'}
      verb={(changes) => `写入 ${count(changes)} 处`}
      onClose={onClose}
      shown={(report) => (
        <table className="hs-table">
          <thead>
            <tr>
              <th scope="col">名称</th>
              <th scope="col" className="hs-num">
                新增
              </th>
              <th scope="col" className="hs-num">
                修改
              </th>
              <th scope="col" className="hs-num">
                不变
              </th>
            </tr>
          </thead>
          <tbody>
            {kinds.map((k) => (
              <tr key={k}>
                <th scope="row">{words[k]}</th>
                <td className="hs-num">{count(report[k].added)}</td>
                <td className="hs-num">{count(report[k].updated)}</td>
                <td className="hs-num">{count(report[k].same)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    >
      <p>选择 .xlsx 表格，一行一个村或一个网格。先看会增加和修改什么，确认后才写入；表里没有的不会删除。</p>
    </ImportSheet>
  )
}

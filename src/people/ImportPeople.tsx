import { count } from '../kit/ui/bits.tsx'
import { Scroll } from '../kit/ui/Scroll.tsx'
import { ImportSheet } from './ImportSheet.tsx'
import type { RosterReport } from './roster.import.ts'

const words = { added: '新增', updated: '修改', same: '不变', refused: '没有导入' } as const

/** People, posts and terms from the office's own spreadsheet of any layout: every row's verdict first, then the change. */
export function ImportPeople({ onClose }: { onClose: () => void }) {
  return (
    <ImportSheet<RosterReport>
      title="从表格导入人员"
      path="/api/roster"
      accept=".xlsx,.xls,.et,.csv"
      choose="选择花名册"
      wide
      changesIn={(report) => report.added + report.updated}
      says={(report) => `已导入：新增 ${report.added} 人，修改 ${report.updated} 人`}
      verb={(changes) => `导入 ${changes} 人`}
      onClose={onClose}
      shown={(report) => (
        <>
          <p role="status" style={{ margin: '8px 0' }}>
            共 {count(report.rows.length)} 人：
            {(Object.keys(words) as (keyof typeof words)[]).map((k) => `${words[k]} ${count(report[k])}`).join('，')}
          </p>
          {report.rows.length > 0 && (
            <Scroll label="逐行核对">
              <table className="hs-table">
                <thead>
                  <tr>
                    <th scope="col">行</th>
                    <th scope="col">姓名</th>
                    <th scope="col">岗位</th>
                    <th scope="col">角色</th>
                    <th scope="col">结果</th>
                  </tr>
                </thead>
                <tbody>
                  {report.rows.slice(0, 500).map((r) => (
                    <tr key={`${r.sheet}/${r.row}/${r.name}`}>
                      <td>
                        {r.sheet} {r.row}
                      </td>
                      <th scope="row" style={{ whiteSpace: 'nowrap' }}>
                        {r.name}
                      </th>
                      <td>{r.post}</td>
                      <td>{r.role}</td>
                      <td className={r.verdict === 'refused' ? 'hs-late' : undefined}>
                        {words[r.verdict]}
                        {r.says && `：${r.says}`}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
        </>
      )}
    >
      <p>
        选择本单位的花名册（.xlsx、.xls、.et、.csv），表头叫什么、列在哪里、分几张表都可以，至少要有姓名和职务、单位、村、网格中的一列。先看每一行会怎样，确认后才写入；表里没有的人不会删除，账号由安全管理员另建。
      </p>
    </ImportSheet>
  )
}

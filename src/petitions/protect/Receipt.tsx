import { Button } from 'antd'
import { formal } from '../../kit/day.ts'
import { PageHead, Panel } from '../../kit/ui/bits.tsx'
import { useMe } from '../../people/me.ts'
import './protect.css'

/** All that who registered keeps of a sealed matter: the slip for the petitioner. It is not shown again. */
export function SealedReceipt({ made, onNext }: { made: { number: string; queryCode: string }; onNext: () => void }) {
  const me = useMe()
  return (
    <>
      <PageHead title="已登记并密封" />
      <Panel>
        <div className="hs-result" role="status">
          <p>{me.town.name} 信访登记回执</p>
          <p>编号</p>
          <b>{made.number}</b>
          <p>查询码（请交给信访人）</p>
          <b>{made.queryCode}</b>
          <p>
            {formal(me.today)}
            登记。您反映的内容已经密封，只有纪检联络员能够看到，不会转给被反映的人和单位（《信访工作条例》第三十条）。
          </p>
          <p className="hs-muted hs-no-print">离开这一页后，回执不再显示，登记人也看不到内容。</p>
          <div className="hs-actions hs-no-print">
            <Button type="primary" size="large" autoFocus onClick={() => window.print()}>
              打印回执
            </Button>
            <Button size="large" onClick={onNext}>
              再登记一件
            </Button>
          </div>
        </div>
      </Panel>
    </>
  )
}

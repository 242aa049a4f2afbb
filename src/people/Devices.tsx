import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Modal } from 'antd'
import { shortMoment } from '../kit/day.ts'
import { ConfirmButton, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call, sentenceOf } from '../kit/ui/call.ts'
import { peopleRoutes } from './routes.ts'

/** Where I am signed in: each device with its own way out, and one way out of all. */
export function Devices({ onClose, onEverywhere }: { onClose: () => void; onEverywhere: () => Promise<void> }) {
  const { message } = App.useApp()
  const queries = useQueryClient()
  const list = useQuery({ queryKey: ['devices'], queryFn: () => call(peopleRoutes.devices), staleTime: 0 })
  const phones = useQuery({ queryKey: ['phones'], queryFn: () => call(peopleRoutes.phones), staleTime: 0 })
  const lost = async (id: string) => {
    try {
      await call(peopleRoutes.wipePhone, { params: { id } })
      message.success('已要求清除，钥匙已销毁')
    } catch (e) {
      message.error(sentenceOf(e))
    }
    await queries.invalidateQueries({ queryKey: ['phones'] })
    await queries.invalidateQueries({ queryKey: ['devices'] })
  }
  const end = async (id: string) => {
    try {
      await call(peopleRoutes.endDevice, { params: { id } })
      message.success('这台设备已退出')
    } catch (e) {
      message.error(sentenceOf(e))
    }
    await queries.invalidateQueries({ queryKey: ['devices'] })
  }
  return (
    <Modal
      open
      title="登录的设备"
      onCancel={onClose}
      width={560}
      footer={
        <div className="hs-actions">
          <Button onClick={onClose}>关闭</Button>
          <ConfirmButton
            danger
            confirm="在所有电脑和手机上退出，包括这一台。确定吗？"
            onConfirm={onEverywhere}
            okText="全部退出"
          >
            在所有设备上退出
          </ConfirmButton>
        </div>
      }
    >
      <Sentence error={list.error} retry={() => void list.refetch()} />
      {!list.data && !list.error && <Waiting rows={3} />}
      <ul className="hs-devices">
        {list.data?.map((d) => (
          <li key={d.id}>
            <div>
              <b>{d.device}</b> {d.current && <span className="hs-tag">这一台</span>}
              <p className="hs-muted">
                {shortMoment(d.since)} 登录，最近使用 {shortMoment(d.seen)}
              </p>
            </div>
            {!d.current && (
              <Button aria-label={`让${d.device}退出`} onClick={() => end(d.id)}>
                退出这台
              </Button>
            )}
          </li>
        ))}
      </ul>
      {!!phones.data?.length && (
        <>
          <h3>装有手机端的手机</h3>
          <ul className="hs-devices">
            {phones.data.map((p) => (
              <li key={p.id}>
                <div>
                  <b>{p.device}</b>
                  <p className="hs-muted">
                    {shortMoment(p.since)} 开始用，最近登录 {shortMoment(p.seen)}
                  </p>
                  {p.asked && (
                    <p>{p.wiped ? `${shortMoment(p.wiped)} 已清除` : '已要求清除：钥匙已销毁，等它联网后清除'}</p>
                  )}
                </div>
                {!p.asked && (
                  <ConfirmButton
                    danger
                    confirm="这部手机上的内容，包括没有送达的，都会清除，不能找回。确定吗？"
                    onConfirm={() => lost(p.id)}
                    okText="清除"
                  >
                    手机丢了，清除内容
                  </ConfirmButton>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="hs-muted">不认识的设备请立即退出，并修改密码。两小时不用、登录满十二小时，都会自动退出。</p>
    </Modal>
  )
}

import { createHmac } from 'node:crypto'
import { createTransport } from 'nodemailer'

export const channelNames = { email: '电子邮件', sms: '短信', wecom: '企业微信', dingtalk: '钉钉' } as const
export type Channel = keyof typeof channelNames

export interface Message {
  /** Stable: a gateway that keeps ids can tell a repeat. */
  id: string
  channel: Channel
  /** Address or phone; empty for a work group's webhook. */
  to: string
  subject: string
  body: string
}

export interface Channels {
  has(channel: Channel): boolean
  /** Resolves when the other side has taken it. Throws Error with a sentence otherwise. */
  send(message: Message): Promise<void>
}

const patience = 10_000

const web = ['https:', 'http:'] as const
const post = async (url: URL | string, body: unknown, headers: Record<string, string> = {}): Promise<Response> => {
  const res = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patience),
    redirect: 'error',
  }).catch((error: Error) => {
    throw new Error(`连不上对方服务器（${error.name === 'TimeoutError' ? '超时' : '网络不通'}）`)
  })
  if (!res.ok)
    throw new Error(
      `对方服务器答复 ${res.status}${[401, 403].includes(res.status) ? '，请核对令牌' : res.status === 404 ? '，请核对地址' : ''}`,
    )
  return res
}

/** What the answers mean that an operator can do something about. */
const refusals: Record<number, string> = {
  93000: '群机器人地址不对，或者机器人已被移出群',
  45009: '发送太频繁',
  300005: '地址里的 access_token 不对',
  310000: '与机器人的安全设置不符：核对加签密钥、关键词和出口地址',
  410100: '发送太频繁',
}

/** WeCom and DingTalk answer 200 to everything and say in `errcode` whether they took it. */
const taken = async (res: Response): Promise<void> => {
  const answer = (await res.json().catch(() => null)) as { errcode?: number; errmsg?: string } | null
  if (answer?.errcode === 0) return
  const code = answer?.errcode
  throw new Error(
    `对方没有接收：${code === undefined ? '答复不是群机器人的格式，请核对地址' : `${refusals[code] ?? answer?.errmsg ?? ''}（${code}）`}`,
  )
}

/** The address as the operator wrote it. Throws Error with a sentence when it is none. */
const addressOf = (name: string, value: string, protocols: readonly string[]): URL => {
  const url = URL.canParse(value) ? new URL(value) : null
  if (!url || !protocols.includes(url.protocol))
    throw new Error(`环境变量 ${name} 写法不对，应以 ${protocols.map((p) => `${p}//`).join(' 或 ')} 开头`)
  return url
}

/** DingTalk's signature: HMAC-SHA256 over “timestamp\nsecret” with the secret, base64, added to the address. */
export const dingtalkAddress = (webhook: URL, secret: string | undefined, timestamp: number): URL => {
  if (!secret) return webhook
  const url = new URL(webhook)
  url.searchParams.set('timestamp', String(timestamp))
  url.searchParams.set('sign', createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64'))
  return url
}

/**
 * The ways out of the house, as the operator's environment sets them: SMTP_URL and MAIL_FROM, WECOM_WEBHOOK,
 * DINGTALK_WEBHOOK and DINGTALK_SECRET, SMS_GATEWAY_URL and SMS_GATEWAY_TOKEN. What is not set does not exist.
 */
export const channelsOf = (env: NodeJS.ProcessEnv = process.env, now: () => number = Date.now): Channels => {
  const has = (channel: Channel): boolean =>
    ({
      email: !!env.SMTP_URL && !!env.MAIL_FROM,
      sms: !!env.SMS_GATEWAY_URL,
      wecom: !!env.WECOM_WEBHOOK,
      dingtalk: !!env.DINGTALK_WEBHOOK,
    })[channel]
  const send = async ({ id, channel, to, subject, body }: Message): Promise<void> => {
    if (!has(channel)) throw new Error(`没有配置${channelNames[channel]}`)
    switch (channel) {
      case 'email': {
        const url = addressOf('SMTP_URL', env.SMTP_URL!, ['smtp:', 'smtps:'])
        for (const [k, v] of [
          ['connectionTimeout', patience],
          ['greetingTimeout', patience],
          ['socketTimeout', patience * 2],
        ] as const)
          if (!url.searchParams.has(k)) url.searchParams.set(k, String(v))
        const transport = createTransport(url.toString())
        try {
          await transport.sendMail({
            from: env.MAIL_FROM,
            to,
            subject,
            text: body,
            messageId: `<${id}@${new URL(`http://${env.MAIL_FROM!.split('@').at(-1)!.replace(/>.*$/, '')}`).hostname}>`,
          })
        } catch (error) {
          throw new Error(`邮件服务器没有接收（${(error as { code?: string }).code ?? '未知原因'}）`)
        } finally {
          transport.close()
        }
        return
      }
      case 'wecom':
        return taken(
          await post(addressOf('WECOM_WEBHOOK', env.WECOM_WEBHOOK!, web), { msgtype: 'text', text: { content: body } }),
        )
      case 'dingtalk':
        return taken(
          await post(
            dingtalkAddress(addressOf('DINGTALK_WEBHOOK', env.DINGTALK_WEBHOOK!, web), env.DINGTALK_SECRET, now()),
            {
              msgtype: 'text',
              text: { content: body },
            },
          ),
        )
      case 'sms':
        await post(
          addressOf('SMS_GATEWAY_URL', env.SMS_GATEWAY_URL!, web),
          { id, to, text: body },
          env.SMS_GATEWAY_TOKEN ? { authorization: `Bearer ${env.SMS_GATEWAY_TOKEN}` } : {},
        )
    }
  }
  return { has, send }
}

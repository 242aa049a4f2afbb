import { createHmac } from 'node:crypto'
import { createServer as createHttp, type IncomingMessage } from 'node:http'
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { channelsOf, dingtalkAddress } from './channels.ts'

interface Got {
  url: string
  headers: IncomingMessage['headers']
  body: string
}
let got: Got[] = []
let answer: { status: number; body: string } = { status: 200, body: '{"errcode":0,"errmsg":"ok"}' }
const http = createHttp((req, res) => {
  let body = ''
  req.on('data', (d) => {
    body += d
  })
  req.on('end', () => {
    got.push({ url: req.url!, headers: req.headers, body })
    res.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
  })
})

/** As much of SMTP (RFC 5321) as a mail server must speak to take one message. */
const mails: { from: string; to: string[]; data: string }[] = []
let refuseRecipient = false
const smtp: Server = createTcp((socket) => {
  let mail = { from: '', to: [] as string[], data: '' }
  let inData = false
  let rest = ''
  const say = (line: string) => socket.write(`${line}\r\n`)
  say('220 test ESMTP')
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    rest += chunk.toString('utf8')
    for (let i = rest.indexOf('\r\n'); i >= 0; i = rest.indexOf('\r\n')) {
      const line = rest.slice(0, i)
      rest = rest.slice(i + 2)
      if (inData) {
        if (line === '.') {
          inData = false
          mails.push(mail)
          mail = { from: '', to: [], data: '' }
          say('250 taken')
        } else mail.data += `${line}\n`
      } else if (/^EHLO/i.test(line)) say('250 test')
      else if (/^MAIL FROM:/i.test(line)) {
        mail.from = /<(.*?)>/.exec(line)![1]!
        say('250 ok')
      } else if (/^RCPT TO:/i.test(line)) {
        if (refuseRecipient) say('550 no such user')
        else {
          mail.to.push(/<(.*?)>/.exec(line)![1]!)
          say('250 ok')
        }
      } else if (/^DATA/i.test(line)) {
        inData = true
        say('354 go on')
      } else if (/^QUIT/i.test(line)) {
        say('221 bye')
        socket.end()
      } else say('250 ok')
    }
  })
})

let web: string
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  await Promise.all([http, smtp].map((s) => new Promise<void>((done) => s.listen(0, '127.0.0.1', done))))
  web = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  env = {
    SMTP_URL: `smtp://127.0.0.1:${(smtp.address() as AddressInfo).port}`,
    MAIL_FROM: '回声 <huisheng@town.example>',
    WECOM_WEBHOOK: `${web}/cgi-bin/webhook/send?key=k1`,
    DINGTALK_WEBHOOK: `${web}/robot/send?access_token=t1`,
    DINGTALK_SECRET: 'SECabc',
    SMS_GATEWAY_URL: `${web}/sms`,
    SMS_GATEWAY_TOKEN: 'tok',
  }
})
afterAll(() => {
  http.close()
  smtp.close()
})
beforeEach(() => {
  got = []
  mails.length = 0
  refuseRecipient = false
  answer = { status: 200, body: '{"errcode":0,"errmsg":"ok"}' }
})
const message = { id: '0190-1', subject: '回声：事项提醒', body: '【回声】您有 3 件事项需要办理。', to: '' }

test('企业微信：按群机器人的文本消息发送，对方说没有接收就是没有接收', async () => {
  await channelsOf(env).send({ ...message, channel: 'wecom' })
  expect(got[0]!.url).toBe('/cgi-bin/webhook/send?key=k1')
  expect(JSON.parse(got[0]!.body)).toEqual({ msgtype: 'text', text: { content: message.body } })
  answer = { status: 200, body: '{"errcode":93000,"errmsg":"invalid webhook url"}' }
  await expect(channelsOf(env).send({ ...message, channel: 'wecom' })).rejects.toThrow(
    '群机器人地址不对，或者机器人已被移出群（93000）',
  )
  answer = { status: 200, body: '<html>' }
  await expect(channelsOf(env).send({ ...message, channel: 'wecom' })).rejects.toThrow('答复不是群机器人的格式')
})

test('钉钉：地址带时间戳和按密钥计算的签名', async () => {
  await channelsOf(env, () => 1577262236757).send({ ...message, channel: 'dingtalk' })
  const url = new URL(got[0]!.url, web)
  const sign = createHmac('sha256', 'SECabc').update('1577262236757\nSECabc').digest('base64')
  expect(Object.fromEntries(url.searchParams)).toEqual({ access_token: 't1', timestamp: '1577262236757', sign })
  expect(JSON.parse(got[0]!.body)).toMatchObject({ msgtype: 'text' })
  const plain = new URL('https://a.example/x?access_token=1')
  expect(dingtalkAddress(plain, undefined, 1)).toBe(plain)
  answer = { status: 200, body: '{"errcode":310000,"errmsg":"sign not match"}' }
  await expect(channelsOf(env).send({ ...message, channel: 'dingtalk' })).rejects.toThrow('核对加签密钥')
})

test('短信网关：带令牌和可识别重发的编号', async () => {
  answer = { status: 202, body: '' }
  await channelsOf(env).send({ ...message, channel: 'sms', to: '00000000000' })
  expect(got[0]!.headers.authorization).toBe('Bearer tok')
  expect(JSON.parse(got[0]!.body)).toEqual({ id: '0190-1', to: '00000000000', text: message.body })
  answer = { status: 500, body: '' }
  await expect(channelsOf(env).send({ ...message, channel: 'sms', to: '1' })).rejects.toThrow('对方服务器答复 500')
  answer = { status: 401, body: '' }
  await expect(channelsOf(env).send({ ...message, channel: 'sms', to: '1' })).rejects.toThrow('请核对令牌')
})

test('电子邮件：经 SMTP 送达，中文标题和正文完整；服务器拒收时说明', async () => {
  await channelsOf(env).send({ ...message, channel: 'email', to: 'a@town.example' })
  expect(mails).toHaveLength(1)
  expect(mails[0]).toMatchObject({ from: 'huisheng@town.example', to: ['a@town.example'] })
  const data = mails[0]!.data
  expect(data).toContain('Message-ID: <0190-1@town.example>')
  const subject = /Subject: ([\s\S]*?)\n(?=\S)/.exec(data)![1]!
  const decoded = subject.replace(/=\?UTF-8\?B\?(.*?)\?=\s*/gi, (_, b) => Buffer.from(b, 'base64').toString('utf8'))
  expect(decoded).toBe('回声：事项提醒')
  const body = data.slice(data.indexOf('\n\n') + 2)
  const plain = /base64/i.test(data.slice(0, data.indexOf('\n\n')))
    ? Buffer.from(body, 'base64').toString('utf8')
    : Buffer.from(
        body.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, h) => String.fromCharCode(Number.parseInt(h, 16))),
        'latin1',
      ).toString('utf8')
  expect(plain.trim()).toBe(message.body)
  refuseRecipient = true
  await expect(channelsOf(env).send({ ...message, channel: 'email', to: 'b@town.example' })).rejects.toThrow(
    '邮件服务器没有接收',
  )
})

test('环境变量写错的，说出是哪一个', async () => {
  const wrong = channelsOf({
    SMTP_URL: 'mail.town.example',
    MAIL_FROM: 'a@town.example',
    WECOM_WEBHOOK: 'qyapi/send?key=k1',
    DINGTALK_WEBHOOK: 'ftp://oapi.example',
    SMS_GATEWAY_URL: '网关',
  })
  for (const [channel, name] of [
    ['email', 'SMTP_URL'],
    ['wecom', 'WECOM_WEBHOOK'],
    ['dingtalk', 'DINGTALK_WEBHOOK'],
    ['sms', 'SMS_GATEWAY_URL'],
  ] as const)
    await expect(wrong.send({ ...message, channel, to: 'x' })).rejects.toThrow(`环境变量 ${name} 写法不对`)
})

test('没有配置的渠道不存在', async () => {
  const none = channelsOf({})
  expect((['email', 'sms', 'wecom', 'dingtalk'] as const).map(none.has)).toEqual([false, false, false, false])
  await expect(none.send({ ...message, channel: 'wecom' })).rejects.toThrow('没有配置企业微信')
})

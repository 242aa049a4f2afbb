import fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { fileNameOf, takeIn } from './files.ts'

const gbk = Uint8Array.of(0xc4, 0xe3, 0xba, 0xc3, 0x0d, 0x0a)

test('记事本存的国标文字是文本；文字或网页改名成 PDF、照片的说出来，不收', async () => {
  expect((await takeIn('说明.txt', gbk)).kindName).toBe('文本')
  expect((await takeIn('说明.txt', Buffer.from('你好'))).kindName).toBe('文本')
  const page = Buffer.from('<html><script>1</script></html>')
  for (const name of ['网页.pdf', '照片.JPG', '表.xlsx'])
    await expect(takeIn(name, page)).rejects.toThrow('内容和文件名对不上')
  await expect(takeIn('程序.exe', Uint8Array.of(0x4d, 0x5a, 0, 1, 2, 3))).rejects.toThrow('不是可以作为材料的文件类型')
  await expect(takeIn('乱码.txt', Uint8Array.of(0x90, 0xff, 0x31, 0x81))).rejects.toThrow('不是可以作为材料的文件类型')
})

/** The head of what Chromium records from a microphone, with one track of this codec. */
const webm = (codec: string) =>
  Buffer.concat([
    Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex'),
    Buffer.from('4287810442858102', 'hex'),
    Buffer.from('18538067010000000000ffff1654ae6bbfaebdd7810173c58772fb4b3d5f018583810286', 'hex'),
    Buffer.from([0x80 + codec.length]),
    Buffer.from(codec),
    Buffer.from('1f43b67501000000000022', 'hex'),
  ])
test('浏览器录的一段话是录音，不管说了什么；有画面的才是录像', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(300), async (sound, at) => {
      // Letters that mean a picture elsewhere come up by chance in what is spoken.
      const spoken = Buffer.concat([webm('A_OPUS'), sound.subarray(0, at), Buffer.from('V_VP8'), sound.subarray(at)])
      expect((await takeIn('录音1.webm', spoken)).kindName).toBe('录音')
    }),
    { numRuns: 40 },
  )
  const film = Buffer.concat([webm('A_OPUS'), webm('V_VP8').subarray(60), Buffer.alloc(200)])
  expect((await takeIn('录像.webm', film)).kindName).toBe('录像')
})

test('照片都重新画过，藏在里面的脚本、拍摄地点不在；只有个图片开头的打不开，不收', async () => {
  const paint = sharp({ create: { width: 8, height: 8, channels: 3, background: '#345' } })
  for (const format of ['jpeg', 'png', 'webp', 'gif'] as const) {
    const hidden = Buffer.concat([
      await paint.clone().toFormat(format).toBuffer(),
      Buffer.from('<script>alert(1)</script>'),
    ])
    const kept = await takeIn(`照片.${format}`, hidden)
    expect([kept.mime, Buffer.from(kept.data).includes('script')]).toEqual([`image/${format}`, false])
  }
  await expect(takeIn('动图.gif', Buffer.from('GIF89a/*<script>alert(1)</script>*/=1;'))).rejects.toThrow('无法打开')
})

test('没有名字的文件也收，名字空着', () => {
  expect(fileNameOf(undefined)).toBe('')
})

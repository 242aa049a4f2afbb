import sharp from 'sharp'
import { expect, test } from 'vitest'
import { takeIn } from './files.ts'

const gbk = Uint8Array.of(0xc4, 0xe3, 0xba, 0xc3, 0x0d, 0x0a)

test('记事本存的国标文字是文本；文字或网页改名成 PDF、照片的说出来，不收', async () => {
  expect((await takeIn('说明.txt', gbk)).kindName).toBe('文本')
  expect((await takeIn('说明.txt', Buffer.from('你好'))).kindName).toBe('文本')
  const page = Buffer.from('<html><script>1</script></html>')
  for (const name of ['网页.pdf', '照片.JPG', '表.xlsx'])
    await expect(takeIn(name, page)).rejects.toThrow('内容与扩展名不符')
  await expect(takeIn('程序.exe', Uint8Array.of(0x4d, 0x5a, 0, 1, 2, 3))).rejects.toThrow('不是可以作为材料的文件类型')
  await expect(takeIn('乱码.txt', Uint8Array.of(0x90, 0xff, 0x31, 0x81))).rejects.toThrow('不是可以作为材料的文件类型')
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

import { html } from '../kit/html.ts'
import type { FieldAssets } from './assets.store.ts'

/** The page itself: empty but for what is seen while the script comes. The same for everybody, so a phone may keep it. */
export const shell = (a: Pick<FieldAssets, 'js' | 'css' | 'version'> | null) => html`<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
    <meta name="theme-color" content="#0f2f57">
    <meta name="build" content="${a?.version ?? ''}">
    <link rel="manifest" href="/field/manifest.webmanifest">
    <link rel="icon" href="/field/icon-192.png">
    <link rel="apple-touch-icon" href="/field/icon-192.png">
    ${(a?.css ?? []).map((c) => html`<link rel="stylesheet" href="${c}">`)}
    <title>回声 手机端</title>
  </head>
  <body>
    <div id="app"><main><h1>回声 手机端</h1>${a ? html`<p>正在打开……</p>` : html`<p>手机端还没有生成，请联系系统管理员。</p>`}</main></div>
    <noscript>请在浏览器中允许运行脚本，然后刷新页面。</noscript>
    ${a && html`<script type="module" src="${a.js}"></script>`}
  </body>
</html>`

export const manifest = {
  name: '回声 手机端',
  short_name: '回声',
  lang: 'zh-CN',
  start_url: '/field',
  scope: '/field',
  display: 'standalone',
  background_color: '#f4f6f9',
  theme_color: '#0f2f57',
  icons: [192, 512].map((n) => ({
    src: `/field/icon-${n}.png`,
    sizes: `${n}x${n}`,
    type: 'image/png',
    purpose: 'any',
  })),
}

/** An echo: a point and three waves. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" rx="20" fill="#0f2f57"/><g fill="none" stroke="#fff" stroke-width="7" stroke-linecap="round"><path d="M44 34a23 23 0 0 1 0 32"/><path d="M57 24a37 37 0 0 1 0 52"/><path d="M70 15a50 50 0 0 1 0 70"/></g><circle cx="29" cy="50" r="8" fill="#fff"/></svg>`

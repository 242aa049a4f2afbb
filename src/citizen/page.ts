import { type Day, formal } from '../kit/day.ts'
import { Html, html } from '../kit/html.ts'
import { filesAtOnce, megabytesAFile } from './input.ts'

/** What every public page stands in: the town, its asset names, whether it is a demonstration. */
export interface Frame {
  town: { code: string; name: string; isFiction: boolean }
  /** True when the server keeps more than one town, so that links must say which. */
  many: boolean
  css: string | null
  js: string | null
  today: Day
}
/** What a form holds, by field. */
export type Fields = Record<string, string>

export const raw = (text: string) => new Html(text)
/** Dates, hours and numbers of matters are not broken in two at the end of a line; what stands in a form or a tag is left alone. */
export const unbroken = (body: string): string =>
  body
    .split(/(<(?:textarea|option|title|svg)\b[\s\S]*?<\/(?:textarea|option|title|svg)>|<[^>]*>)/)
    .map((part, i) =>
      i % 2
        ? part
        : part.replace(
            /[A-Z]{2}\d{4}-\d{3,6}|\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{1,2}:\d{2}[—–-]\d{1,2}:\d{2}|〔\d{4}〕\d+号|\d{3,4}-\d{7,8}|，按期|（星期.）/g,
            '<span class="whole">$&</span>',
          ),
    )
    .join('')

/** Telephones to dial: each a link of its own, an extension said but not dialled. */
export const telLinks = (telephones: string): Html[] =>
  telephones
    .split('、')
    .filter((one) => one.trim() !== '')
    .map((one, i) => html`${i > 0 && '、'}<a href="tel:${one.replace(/转.*$/, '').replace(/[^\d-]/g, '')}">${one}</a>`)

const t = (f: Frame) => (f.many ? `t=${encodeURIComponent(f.town.code)}` : '')
/** A path with the town said where it must be. */
export const to = (f: Frame, path: string, more = '') => {
  const q = [t(f), more].filter(Boolean).join('&')
  return q ? `${path}?${q}` : path
}

/** Stands in a page kept for all where each reader's form gets hidden fields of its own; no text of anybody's can make it. */
export const sealMark = raw('<!--seal-->')

/** The first page has no way back to itself. */
export const homeTitle = '有事请讲'

export const page = (f: Frame, title: string, body: Html): string =>
  `<!doctype html>${html`<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title} · ${f.town.name}</title>
${f.css && html`<link rel="stylesheet" href="${f.css}">`}
</head>
<body>
<a class="skip" href="#main">跳到正文</a>
<header class="top">
<a class="brand" href="${to(f, '/c')}">${f.town.name}回声</a>
<div class="tools" hidden data-tools>
<button type="button" data-large aria-pressed="false">大字</button>
<button type="button" data-contrast aria-pressed="false">高对比</button>
<button type="button" data-speak>朗读</button>
<button type="button" data-print>打印</button>
</div>
${f.town.isFiction && html`<p class="fiction">演示用的虚构镇，请不要填写真实信息</p>`}
</header>
<p class="onpaper">${f.town.name}信访　${formal(f.today)}打印</p>
<main id="main">${raw(unbroken(body.text))}</main>
<footer class="foot">${title !== homeTitle && html`<p><a href="${to(f, '/c')}">回首页</a></p>`}<p>反映问题不收费，不会因为反映问题受到歧视和打击报复。</p><p>每一件都登记，每一件都有回音。</p></footer>
${f.js && html`<script type="module" src="${f.js}"></script>`}
</body>
</html>`}`

export const problem = (sentence: string | null) =>
  sentence && html`<p class="problem" role="alert" tabindex="-1">${sentence}</p>`

/** What belongs to a field for whoever hears the page: its help, and what is wrong with it. */
export const described = (name: string, help: unknown, wrong: Fields) => {
  const ids = [help && `${name}-help`, wrong[name] && `${name}-wrong`].filter(Boolean).join(' ')
  return raw(`${ids && ` aria-describedby="${ids}"`}${wrong[name] ? ' aria-invalid="true"' : ''}`)
}
export const wrongAt = (name: string, wrong: Fields) =>
  wrong[name] && html`<p class="wrong" id="${name}-wrong">${wrong[name]}</p>`

export const field = (
  name: string,
  label: string,
  v: Fields,
  wrong: Fields,
  more: { help?: string; area?: boolean; rows?: number; type?: string; digits?: boolean; max?: number } = {},
) => html`
<label for="${name}">${label}</label>
${more.help && html`<p class="help" id="${name}-help">${more.help}</p>`}
${
  more.area
    ? html`<textarea id="${name}" name="${name}" rows="${more.rows ?? 5}" maxlength="${more.max ?? 20000}"${described(name, more.help, wrong)}>${v[name] ?? ''}</textarea>`
    : html`<input id="${name}" name="${name}" type="${more.type ?? 'text'}"${raw(more.digits ? ' inputmode="numeric"' : '')} maxlength="${more.max ?? 100}" value="${v[name] ?? ''}"${described(name, more.help, wrong)}>`
}
${wrongAt(name, wrong)}`
/** Photos, papers, recordings; what is too many or too large is told before it is sent. */
export const filesField = (id: string, label: string, wrong: Fields = {}, help = '') => html`
<label for="${id}">${label}（最多 ${filesAtOnce} 个，每个不超过 ${megabytesAFile} MB）</label>
<input id="${id}" name="files" type="file" multiple accept="image/*,audio/*,video/*,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.txt" data-most="${filesAtOnce}" data-megabytes="${megabytesAFile}"${described(id, help, wrong)}>
${help && html`<p class="help" id="${id}-help">${help}</p>`}${wrongAt(id, wrong)}`
/** Asks the phone for a recording; where the browser records itself, a button takes its place. */
export const voiceField = (id: string, label: string) => html`
<label for="${id}">${label}</label>
<input id="${id}" name="files" type="file" accept="audio/*" capture data-voice>`
export const check = (name: string, label: string, v: Fields, help = '') => html`
<p class="check"><input type="checkbox" id="${name}" name="${name}" value="1"${raw(v[name] ? ' checked' : '')}${described(name, help, {})}><label for="${name}">${label}</label></p>
${help && html`<p class="help" id="${name}-help">${help}</p>`}`
export const radio = (name: string, value: string, label: string, v: Fields, fallback: string) => html`
<p class="check"><input type="radio" id="${name}-${value}" name="${name}" value="${value}"${raw((v[name] ?? fallback) === value ? ' checked' : '')}><label for="${name}-${value}">${label}</label></p>`

/** One sentence and a way on: how something stands, or why it was not done. */
export const sentencePage = (title: string, sentence: string, refused = true): Html =>
  html`<h1>${title}</h1>${refused ? problem(sentence) : html`<p class="note" role="status">${sentence}</p>`}<p><a class="go" href="/c">返回</a></p>`

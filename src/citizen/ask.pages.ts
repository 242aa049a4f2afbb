import { formal, weekdayName } from '../kit/day.ts'
import { type Html, html } from '../kit/html.ts'
import { beforeWords, elsewheres, mostChars } from '../petitions/register/before.ts'
import type { Asked } from './ask.ts'
import type { Contacts } from './card.ts'
import { codeFields } from './matter.pages.ts'
import { type Fields, type Frame, field, problem, radio, to } from './page.ts'
import type { CitizenView } from './view.ts'

/** The village whose card was scanned goes along to the form. */
const at = (f: Frame, path: string, v: string, more = '') =>
  to(f, path, [v && `v=${v}`, more].filter(Boolean).join('&'))
const newAt = (f: Frame, v: string, b: string) => at(f, '/c/new', v, `b=${b}`)

const anyway = html`<p class="help">怎么答都可以接着反映。每一件都登记，都有编号，都有回音。</p>`

/** The question that stands before the three steps. */
export const askPage = (f: Frame, v: string, first: string): Html => html`
<h1>这件事以前反映过吗？</h1>
<p class="note" hidden data-draft-of="new">您上次写到一半，还在。<a href="${at(f, '/c/new', v)}">接着写</a></p>
<nav class="doors" aria-label="以前反映过没有">
<a class="door" href="${newAt(f, v, first)}"><b>没有，第一次反映</b><span>直接开始写</span></a>
<a class="door" href="${at(f, '/c/ask/code', v)}"><b>反映过，有编号和查询码</b><span>先看办到哪一步，再决定</span></a>
<a class="door" href="${at(f, '/c/ask/lost', v)}"><b>反映过，编号或查询码找不到了</b><span>怎么补，或者接着反映</span></a>
<a class="door" href="${at(f, '/c/ask/elsewhere', v)}"><b>在别处反映过</b><span>12345、县里、上级、法院、仲裁、行政复议等</span></a>
</nav>
${anyway}`

/** Number and code, asked through the same gate as everywhere. */
export const askCodePage = (
  f: Frame,
  v: string,
  given: { number: string; sentence: string | null; seal?: Html | undefined; code?: string },
): Html => html`
<h1>看看以前那件办到哪一步</h1>
${problem(given.sentence)}
<form method="post" action="${at(f, '/c/ask/code', v)}">${given.seal}
${codeFields(given)}
<button class="go" type="submit">看一看</button>
</form>
<p><a href="${at(f, '/c/ask/lost', v)}">编号或者查询码找不到了</a></p>`

/** Where the earlier matter stands, and what one may do now. */
export const askFoundPage = (
  f: Frame,
  v: string,
  given: { view: CitizenView; inCharge: string; over: boolean; first: string; again: string },
): Html => {
  const { view: m } = given
  const review = m.rights.find((r) => (r.kind === 'review' || r.kind === 'recheck') && r.until)
  return html`
<h1>${m.headline}</h1>
<p class="lead">编号 ${m.number} · ${formal(m.receivedOn)}${m.channel}</p>
<p class="said">${m.request}</p>
${
  m.answer &&
  html`<section class="answer" aria-label="期限"><p>${m.answer.label}</p><p class="date">${formal(m.answer.on)}</p>
<p>${m.answer.daysLeft >= 0 ? `${weekdayName(m.answer.on)}，还有 ${m.answer.daysLeft} 天` : html`<b class="over">已经超过 ${-m.answer.daysLeft} 天</b>`}</p></section>`
}
<p>${given.inCharge}。</p>
<h2>您想怎么做</h2>
<nav class="doors" aria-label="您想怎么做">
<a class="door" href="/c/matter#right-facts"><b>补充情况</b><span>${given.over ? '写给镇信访办，有人看、有人回' : '写给承办的人，马上看得到，不用再报一遍'}</span></a>
<a class="door" href="/c/matter"><b>看进度</b><span>每一步、文书、您可以做的</span></a>
${review && html`<a class="door" href="/c/matter#right-${review.kind}"><b>${review.label}</b><span>${review.words}</span></a>`}
<a class="door" href="${newAt(f, v, given.first)}"><b>这是另一件事，接着反映</b><span>和上面这件不连在一起</span></a>
<a class="door" href="${newAt(f, v, given.again)}"><b>还是要再反映一次</b><span>照样登记，和上面这件连在一起</span></a>
</nav>
<form method="post" action="/c/out"><button type="submit">看完了，退出</button></form>`
}

/** An earlier matter that is sealed: how it stands, and nothing that ties the new one to it. */
export const askSealedPage = (f: Frame, v: string, words: string, first: string): Html => html`
<h1>以前那件</h1><p class="note" role="status">${words}</p>
<p><a class="go" href="${newAt(f, v, first)}">接着反映</a></p>
<p class="help">为了保护您，新的这件不写明和以前那件有关。</p>`

export const askLostPage = (
  f: Frame,
  v: string,
  given: { values: Fields; wrong: Fields; sentence: string | null; contacts: Contacts },
): Html => {
  const { hotline, hours, address } = given.contacts
  return html`
<h1>编号或查询码找不到了</h1>
<h2>可以补</h2>
<ol>
<li>带身份证件，到村信访信息员那里，或者镇信访窗口。</li>
<li>工作人员核对是您本人，当场换一个新的查询码。旧的就不能用了。</li>
<li>匿名反映的没有登记姓名，核对不了，补不了。</li>
</ol>
${(hours || address || hotline) && html`<ul>${hours && html`<li>接待时间　${hours}</li>`}${address && html`<li>地址　${address}</li>`}${hotline && html`<li>镇信访电话　<a href="tel:${hotline}">${hotline}</a></li>`}</ul>`}
<h2>也可以现在就接着反映</h2>
<p>还记得的写一点，我们好把两件连起来；不记得就空着。</p>
${problem(given.sentence)}
<form method="post" action="${at(f, '/c/ask/lost', v)}" data-draft="ask-lost">
${field('when', '大概什么时候反映的（可以不填）', given.values, given.wrong, { max: mostChars.when, help: '例如：去年秋天、2025年10月' })}
${field('whom', '跟谁说的、在哪里说的（可以不填）', given.values, given.wrong, { max: mostChars.whom, help: '例如：镇信访窗口、村里的信息员' })}
<button class="go" type="submit">接着反映</button>
</form>
${anyway}`
}

export const askElsewherePage = (
  f: Frame,
  v: string,
  given: { values: Fields; wrong: Fields; sentence: string | null },
): Html => {
  const { values, wrong } = given
  return html`
<h1>在别处反映过</h1>
<p>告诉我们在哪里，我们好问清办到哪一步。</p>
${problem(given.sentence)}
<form method="post" action="${at(f, '/c/ask/elsewhere', v)}" data-draft="ask-elsewhere">
<fieldset><legend>在哪里反映过</legend>
${Object.entries(elsewheres).map(([k, label]) => radio('at', k, label, values, ''))}
${wrong.at && html`<p class="wrong" id="at-wrong">${wrong.at}</p>`}
</fieldset>
${field('when', '大概什么时候（可以不填）', values, wrong, { max: mostChars.when, help: '例如：去年秋天、2025年10月' })}
<button class="go" type="submit">接着反映</button>
</form>
<details><summary>法律上怎么说</summary><ul>
<li>法院、仲裁、行政复议正在办的，由那里作决定，镇里不能改。镇里照样登记，书面告诉您去处（《信访工作条例》第三十一条）。</li>
<li>那里的决定您不服，上诉、起诉各有期限，写在决定书上。来反映不会让那个期限停下来，请别耽误。</li>
<li>镇里正在办、还没有到期，又向上级反映同一件事的，上级不另外受理（第十九条）。这不影响镇里接着办。</li>
<li>已经有书面答复、您不满意的，收到以后三十日内可以请求复查（第三十五条）。</li>
<li>以上都不妨碍您现在接着反映。</li>
</ul></details>
${anyway}`
}

/** Stands at the head of the form: what was answered, carried along; or that it may still be asked. */
export const askedPart = (f: Frame, v: string, asked: Asked | null, packed: string): Html => {
  const back = html`<a href="${at(f, '/c/ask', v)}">${asked ? '改一改' : '先答一句'}</a>`
  return html`<input type="hidden" id="before" name="before" value="${asked ? packed : ''}" data-keep>
${
  asked === null
    ? html`<p class="asked">这件事以前反映过吗？${back}，不答也可以接着写。</p>`
    : asked.answer === 'none'
      ? html`<p class="asked">您说：${beforeWords(asked)}。${back}</p>`
      : html`<p class="asked">您说：${beforeWords(asked)}。${back}
${asked.earlier && html`<br>登记以后和那一件连在一起。${!asked.earlier.anonymous && '勾选“匿名”的不连，免得看出您是谁。'}`}</p>`
}`
}

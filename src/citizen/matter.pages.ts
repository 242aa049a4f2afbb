import { type Day, formal, weekdayName } from '../kit/day.ts'
import { type Html, html } from '../kit/html.ts'
import { ratings, reviewLevels } from '../petitions/petition.ts'
import type { Contacts } from './card.ts'
import { described, type Frame, filesField, problem, raw, telLinks, to, voiceField, wrongAt } from './page.ts'
import { type CitizenView, daysLeftWords, type WordKind, wordKinds } from './view.ts'

/** Number and code as they stand on the receipt. */
export const codeFields = (given: { number: string; code?: string }): Html => html`<label for="number">编号</label>
<input id="number" name="number" value="${given.number}" required autocomplete="off" autocapitalize="characters" placeholder="照回执上的写">
<label for="code">查询码</label>
<input id="code" name="code" value="${given.code ?? ''}" required autocomplete="off" autocapitalize="characters" aria-describedby="code-help">
<p class="help" id="code-help">回执上十位字母和数字，不分大小写</p>`

export const queryPage = (
  f: Frame,
  given: {
    number: string
    sentence: string | null
    note?: string | null
    /** After some wrong codes: hidden fields of a form that costs work. */
    seal?: Html
    code?: string
  },
): Html => html`
<h1>查进度</h1>
${problem(given.sentence)}${given.note && html`<p class="note" role="status">${given.note}。</p>`}
<form method="post" action="${to(f, '/c/query')}">${given.seal}
${codeFields(given)}
<button class="go" type="submit">查询</button>
</form>
<p>查询码丢了，请带身份证件到村信访信息员或镇信访窗口核对后重新领取。</p>`

/** A day, and how it came about for whoever asks. */
const whyPart = (words: string, why: string[]): Html =>
  html`<details class="why"><summary>${words}</summary><ul>${why.map((w) => html`<li>${w}</li>`)}</ul></details>`

/** What was missed, by whom, and whom to complain to: of the township's own duties, then of the organ's above. */
const latePart = (v: CitizenView, more: { contacts: Contacts; superior: string }): Html => {
  const own = v.late.filter((l) => l.organ === null)
  const higher = v.late.filter((l) => l.organ !== null)
  const hotline = telLinks(more.contacts.hotline)
  const said = (list: CitizenView['late']) => list.map((l) => html`<p>${l.words}。</p>`)
  return html`${
    own.length > 0 &&
    html`<section class="late" role="alert"><h2>我们超期了，向您说明</h2>${said(own)}
<p>您可以：</p><ul>
<li><a href="#right-question">在这里询问原因</a>，承办人必须回复。</li>
${more.contacts.hotline && html`<li>打镇信访电话 ${hotline}。</li>`}
<li>向上一级，${more.superior}的信访部门投诉；也可以打 <a href="tel:12345">12345</a>。</li></ul>
<p>投诉不影响您的事项继续办理。</p></section>`
  }${
    higher.length > 0 &&
    html`<section class="late" role="alert"><h2>上一级机关超期了，向您说明</h2>${said(higher)}
<p>现在由${higher[0]!.organ}办理。您可以：</p><ul>
<li><a href="#right-question">在这里留言</a>，${more.contacts.hotline ? html`或者打镇信访电话 ${hotline}，` : ''}由我们替您去问。</li>
<li>向它的再上一级机关的信访部门投诉；也可以打 <a href="tel:12345">12345</a>。</li></ul>
<p>投诉不影响您的事项继续办理。</p></section>`
  }`
}

const statusWords = { done: '已完成', now: '正在进行', later: '还没到' } as const

/** What was sent and not taken: it stands in its form again, with what is wrong at the field. */
export interface Typed {
  fields: Record<string, string>
  wrong: Record<string, string>
}

/** What the petitioner may say or ask for, each kind folded away until it is opened. */
const rightPart = (r: CitizenView['rights'][number], number: string, requestId: string, typed: Typed | null): Html => {
  const sent = typed?.fields.kind === r.kind ? typed : null
  // The ids of the fields carry the kind: the page holds one form for each.
  const wrong = Object.fromEntries(Object.entries(sent?.wrong ?? {}).map(([k, says]) => [`${k}-${r.kind}`, says]))
  const name = `name-${r.kind}`
  const body = `body-${r.kind}`
  return html`<details class="right" id="right-${r.kind}"${raw(sent ? ' open' : '')}><summary>${r.label}</summary><p>${r.words}。</p>${r.why.length > 0 && whyPart('为什么是这天', r.why)}
<form method="post" action="/c/matter/words"${raw(r.kind === 'pressure' ? '' : ` data-draft="word-${r.kind}-${number}"`)}><input type="hidden" name="kind" value="${r.kind}"><input type="hidden" name="requestId" value="${wordRequestId(requestId, r.kind)}">
${r.named ? html`<label for="${name}">您的姓名（登记时写的）</label><input id="${name}" name="name" maxlength="50" autocomplete="name" required value="${sent?.fields.name ?? ''}"${described(name, true, wrong)}><p class="help" id="${name}-help">几个人共同反映的，每个人各有自己的权利，只算您本人的请求</p>${wrongAt(name, wrong)}` : ''}
<label for="${body}">${bodyLabel[r.kind]}</label><textarea id="${body}" name="body" rows="4" maxlength="10000" required${described(body, false, wrong)}>${sent?.fields.body ?? ''}</textarea>${wrongAt(body, wrong)}
<button class="go" type="submit">提交</button></form></details>`
}

export const matterPage = (
  v: CitizenView,
  more: {
    requestId: string
    sentence: string | null
    note: string | null
    /** What was refused just now. */
    typed: Typed | null
    readers: { who: string; times: number; last: Day }[]
    files: string[]
    /** Whom to complain to when the office is late. */
    contacts: Contacts
    superior: string
    /** Whether messages were agreed to; null where none can be sent. */
    messages: boolean | null
    dimensions: Record<string, string>
  },
): Html => html`
${problem(more.sentence)}
${more.note && html`<p class="note" role="status">${more.note}</p>`}
<h1>${v.headline}</h1>
<p class="lead">编号 ${v.number}　${v.petitioner}　${formal(v.receivedOn)}${v.channel}</p>
${v.again && html`<p class="note">${v.again}。</p>`}
${latePart(v, more)}
${
  v.answer &&
  html`<section class="answer" aria-label="期限"><p>${v.answer.label}</p><p class="date">${formal(v.answer.on)}</p>
<p>${v.answer.daysLeft >= 0 ? html`${weekdayName(v.answer.on)}，${daysLeftWords(v.answer.daysLeft)}` : html`<b class="over">已经超过 ${-v.answer.daysLeft} 天</b>`}</p>
${whyPart('为什么是这天', v.answer.why)}</section>`
}
<h2>办到哪一步</h2>
<ol class="steps">${v.steps.map(
  (s) => html`<li class="${s.status}"${raw(s.status === 'now' ? ' aria-current="step"' : '')}><b>${s.label}</b>
<span class="status">${statusWords[s.status]}</span>${s.on && html`<span>${formal(s.on)}</span>`}<span class="says">${s.words}</span>${s.limit && whyPart(s.limit.words, s.limit.why)}</li>`,
)}</ol>
${v.rights.map((r) => r.until && html`<p class="note">${r.words}。<a class="noprint whole" href="#right-${r.kind}">${r.label}</a></p>`)}
${v.lapsed.map((words) => html`<p class="note">${words}。</p>`)}
${v.yours.length > 0 && html`<h2>等您做的</h2><ul>${v.yours.map((y) => html`<li><a href="#${y.at}">${y.words}</a></li>`)}</ul><p class="help">补不补、评不评，都照常办理。</p>`}
${
  v.answered.length > 0 &&
  html`<h2>逐项答复</h2>${v.answered.map((a) => html`<section class="card"><p><b>您的请求</b>　${a.request}</p><p><b>${a.result}</b></p><p>${a.answer}</p></section>`)}`
}
<h2 id="papers">文书</h2>
${
  v.papers.length === 0
    ? html`<p>还没有文书。</p>`
    : html`<ul class="papers">${v.papers.map(
        (
          p,
          n,
        ) => html`<li><a href="/c/matter/papers/${p.id}">${p.title}</a> ${p.number} ${formal(p.on)}　${p.served && html`<span class="whole">已送达</span>`}
${
  p.mayConfirm &&
  html`<form method="post" action="/c/matter/receipt"><input type="hidden" name="requestId" value="${formId(more.requestId, 64 + n)}"><input type="hidden" name="document" value="${p.id}"><button type="submit">${v.eService ? `确认收到《${p.title}》` : `同意电子送达，确认收到《${p.title}》`}</button></form>`
}</li>`,
      )}</ul>${v.papers.some((p) => p.mayConfirm) && html`<p class="help">确认当天就算收到，请求复查的三十日从这天算起。也可以不在这里确认，等当面或者邮寄送达。</p>`}`
}
${
  v.eService !== null &&
  html`<form method="post" action="/c/matter/service"><input type="hidden" name="requestId" value="${formId(more.requestId, 48)}"><input type="hidden" name="agrees" value="${v.eService ? '0' : '1'}">
<p>${v.eService ? '您已经同意用这个网页送达文书。' : '文书现在当面或者邮寄送给您。'}</p><button type="submit">${v.eService ? '不再用网页送达' : '同意用网页送达'}</button></form>`
}
${
  more.messages !== null &&
  html`<form method="post" action="/c/matter/messages"><input type="hidden" name="requestId" value="${formId(more.requestId, 50)}"><input type="hidden" name="agrees" value="${more.messages ? '0' : '1'}">
<p>${more.messages ? '我们超期的时候，会发短信告诉您。' : '我们超期的时候，可以发短信告诉您：只写编号和怎么查，不写事情。'}</p><button type="submit">${more.messages ? '不要短信' : '要短信'}</button></form>`
}
${
  v.rating
    ? html`<h2>您的评价</h2><p>信访办：${ratings[v.rating.office]}；承办单位：${ratings[v.rating.unit]}（${formal(v.rating.onDay)}）。评价不能被改动。</p>`
    : v.mayRate &&
      html`<h2 id="rate"${raw(v.told ? '' : ' class="noprint"')}>请您评价</h2>
${v.told && html`<p>${formal(v.told.onDay)}回访时，回访的人记下您说：信访办${v.told.office}${v.told.unit && `，承办单位${v.told.unit}`}。和您的意思不一样，就在这里自己评，以您自己评的为准。</p>`}
<form method="post" action="/c/matter/rate"><input type="hidden" name="requestId" value="${formId(more.requestId, 0)}">
${(
  [
    ['office', '信访办的工作'],
    ['unit', '承办单位的办理'],
  ] as const
).map(
  ([name, label]) =>
    html`<fieldset><legend>${label}</legend>${(['satisfied', 'basicallySatisfied', 'dissatisfied'] as const).map(
      (k) =>
        html`<p class="check"><input type="radio" required id="${name}-${k}" name="${name}" value="${k}"><label for="${name}-${k}">${ratings[k]}</label></p>`,
    )}</fieldset>`,
)}
<details><summary>再说细一点（可以不填）</summary>
${Object.entries(more.dimensions).map(
  ([k, label]) =>
    html`<label for="dim-${k}">${label}</label><select id="dim-${k}" name="dim-${k}"><option value="">不评</option><option value="3">好</option><option value="2">一般</option><option value="1">不好</option></select>`,
)}
<label for="reason">理由</label><textarea id="reason" name="reason" rows="3" maxlength="2000"></textarea></details>
<p class="help">评价由您本人作出，提交即生效；谁也不能代评、改评，也不会因为评价上门找您。</p>
<button class="go" type="submit">提交评价</button></form>`
}
<h2>您说的话和回音</h2>
${
  v.words.length === 0
    ? html`<p>还没有。</p>`
    : html`<ol class="words">${v.words.map((w) => html`<li><p><b>${wordKinds[w.kind]}</b> ${formal(w.onDay)}</p><p class="said">${w.body}</p>${w.answeredOn ? html`<p class="echo">回音（${formal(w.answeredOn)}）：${w.answer}</p>` : html`<p class="help">${v.steps.some((s) => s.label === reviewSaid[w.kind] && s.status === 'done') ? `结果写在“办到哪一步”的“${reviewSaid[w.kind]}”里` : w.kind === 'withdrawal' && v.withdrawn ? '已经按您的意思登记撤回' : (waitsFor[w.kind] ?? '已送到承办人，等待回复')}</p>`}</li>`)}</ol>`
}
<h2 class="noprint">您可以做的</h2>
${v.rights.map((r) => rightPart(r, v.number, more.requestId, more.typed))}
${more.typed?.fields.body && !v.rights.some((r) => r.kind === more.typed?.fields.kind) && html`<section class="card"><p><b>您刚才写的，没有提交：</b></p><p class="said">${more.typed.fields.body}</p></section>`}
${
  v.mayBring &&
  html`<details class="right" id="bring"><summary>补充材料</summary>
<form method="post" action="/c/matter/files" enctype="multipart/form-data"><input type="hidden" name="requestId" value="${formId(more.requestId, 1)}">
${filesField('more-files', '照片或文件')}
${voiceField('more-voice', '或者录一段话')}
<button class="go" type="submit">上传</button></form></details>`
}
${more.files.length > 0 && html`<h2>您交的材料</h2><p>${more.files.join('、')}</p>`}
<h2>谁看过您的材料</h2>
<p class="help">姓名、电话、住址平时是遮住的。打开全文，打开文书和材料，每一次都记在这里。</p>
${
  more.readers.length === 0
    ? html`<p>还没有人打开过。</p>`
    : html`<table><thead><tr><th scope="col">岗位</th><th scope="col">次数</th><th scope="col">最近一次</th></tr></thead><tbody>${more.readers.map((r) => html`<tr><td>${r.who}</td><td>${r.times}</td><td>${formal(r.last)}</td></tr>`)}</tbody></table>`
}
<h2 id="registered">登记的内容</h2><p class="said">${v.request}</p>
${
  v.publish !== null &&
  html`<h2 class="noprint">公开答复</h2><form method="post" action="/c/matter/publish"><input type="hidden" name="requestId" value="${formId(more.requestId, 49)}"><input type="hidden" name="agrees" value="${v.publish ? '0' : '1'}">
<p>${v.publish ? '您已经同意：姓名、地点、号码隐去并经人核对以后，答复可以公开，供别人参考。随时可以收回，收回以后马上撤下。' : '您愿意的话，答复可以在隐去姓名、地点、号码以后公开，供别人参考。不同意也完全不影响办理。'}</p><button type="submit">${v.publish ? '收回同意' : '同意公开'}</button></form>`
}
<p class="noprint"><a href="/c/matter/data" download>下载系统里关于我的全部内容</a></p>
<p class="help noprint">一个压缩包：能打开看的页面、给您的文书、您交的材料。下载会记下来。</p>
<form method="post" action="/c/out"><button type="submit">看完了，退出</button></form>`

/** The step that tells what became of it. */
const reviewSaid: Partial<Record<WordKind, string>> = reviewLevels
/** Who has it now, where it is not the handler. */
const waitsFor: Partial<Record<WordKind, string>> = {
  recusal: '已送到信访办，等待回复',
  withdrawal: '已送到信访办；信访办向您核实出于自愿以后登记，登记以前照常办理',
  review: '已经登记，由上一级机关复查',
  recheck: '已经登记，由上一级机关复核',
}
const bodyLabel: Record<WordKind, string> = {
  facts: '要补充的情况',
  correction: '哪里不对，应当是什么',
  pressure: '什么人、什么时候、怎样做的',
  question: '您想问什么',
  recusal: '要求谁回避，为什么',
  review: '不服的地方和理由',
  recheck: '不服的地方和理由',
  withdrawal: '用您自己的话写明为什么撤回',
  service: '说明',
  receipt: '说明',
}
/** Each form of one page has its own request id, the same again when the page is sent twice. */
const formId = (base: string, n: number) => `${base.slice(0, -2)}${n.toString(16).padStart(2, '0')}`
const wordRequestId = (base: string, kind: WordKind) => formId(base, Object.keys(wordKinds).indexOf(kind) + 16)

export const paperPage = (
  p: { title: string; number: string; organ: string; lines: { text: string; level: 'body' | 'heading' }[]; on: Day },
  id: string,
): Html => html`
<article class="paper"><p class="organ">${p.organ}</p>${p.number && html`<p>${p.number}</p>`}<h1>${p.title}</h1>
${p.lines.map((l) => (l.level === 'heading' ? html`<h2>${l.text}</h2>` : html`<p>${l.text}</p>`))}
<p class="sign">${p.organ}</p><p class="sign">${formal(p.on)}</p></article>
<p class="noprint"><a href="/c/matter/papers/${id}/docx">下载 Word</a>　<a href="/c/matter">回到进度</a></p>`

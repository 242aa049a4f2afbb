import type { PublicWatch } from '../duty/watch/store.ts'
import { withWeekday } from '../kit/day.ts'
import { type Html, html } from '../kit/html.ts'
import type { Contacts } from './card.ts'
import { type Frame, to } from './page.ts'

/** What the pages say of the duty roster, with the office's own ways where the roster names none. */
export interface Duty extends PublicWatch {
  contacts: Contacts
}
type Person = { name: string; post: string }

const person = (p: Person) => html`${p.post && html`${p.post} `}<b class="whole">${p.name}</b>`
const people = (list: readonly Person[]) => list.map((p, i) => html`${i > 0 && '、'}${person(p)}`)
const call = (phone: string) => html`<a href="tel:${phone.replace(/[^\d-]/g, '')}">${phone}</a>`
const phoneOf = (v: Duty) => v.phone || v.contacts.hotline

/** Who is there on one day, or honestly that nobody is. */
const dayPart = (f: Frame, v: Duty, d: Duty['days'][number], word: string): Html => {
  const phone = phoneOf(v)
  if (d.shifts.length === 0)
    return html`<p>${word}${d.needed ? '还没有排班。' : `窗口休息${d.named && `（${d.named}）`}。`}${
      phone ? html`有事打这个电话：${call(phone)}。` : '有事可以找村信访信息员。'
    }也可以<a href="${to(f, '/c/ask')}">网上反映</a>。</p>`
  return html`<ul class="shifts">${d.shifts.map(
    (s) =>
      html`<li>${s.name} <span class="whole">${s.hours}</span><br>窗口　${people(s.window)}${
        s.lead && html`<br>带班　${person(s.lead)}`
      }${s.shift === 'night' && v.nightPhone && html`<br>夜间电话　${call(v.nightPhone)}`}</li>`,
  )}</ul>`
}

/** Who is on duty today, for the first page and “怎么办理”. */
export const todayPart = (f: Frame, v: Duty): Html => {
  const [today] = v.days
  const phone = phoneOf(v)
  const place = v.place || v.contacts.address
  return html`<section class="duty" aria-labelledby="duty"><h2 id="duty">今天谁值班</h2>
<p>${withWeekday(f.today)}</p>
${v.lastNight && html`<p>昨晚值到今天 ${v.nightEnds}　${people(v.lastNight.window)}</p>`}
${dayPart(f, v, today!, '今天')}
${today!.shifts.length > 0 && (phone || place) && html`<p>${phone && html`窗口电话　${call(phone)}`}${phone && place && html`<br>`}${place}</p>`}
<p><a href="${to(f, '/c/duty')}">以后七天谁值班</a></p></section>`
}

/** Today and the next seven days. */
export const watchPage = (f: Frame, v: Duty): Html => {
  const phone = phoneOf(v)
  const place = v.place || v.contacts.address
  return html`
<h1>谁值班</h1>
<p>信访窗口谁接待、哪位领导带班。${place && html`<br>${place}`}${phone && html`<br>窗口电话　${call(phone)}`}</p>
${v.lastNight && html`<p>昨晚值到今天 ${v.nightEnds}　${people(v.lastNight.window)}</p>`}
${v.days.map((d, i) => html`<h2>${i === 0 ? '今天　' : ''}${withWeekday(d.on)}${d.named && `　${d.named}`}</h2>${dayPart(f, v, d, i === 0 ? '今天' : '这天')}`)}
<p class="help">临时有变，以窗口的告示为准。</p>`
}

/** Sends a form by itself, so that a line that breaks midway costs nothing: the page stays, with all that was written and chosen. */

export type Answer = { went: 'elsewhere'; url: string } | { went: 'page'; page: Document }

/** Seconds without a sign of life after which the line counts as broken. */
const stalled = 60

/** Answers what came back; throws where nothing did. `part` hears how much is out, from 0 to 1. */
export const send = (form: HTMLFormElement, part: (n: number) => void): Promise<Answer> =>
  new Promise((done, fail) => {
    const x = new XMLHttpRequest()
    let timer = 0
    const alive = () => {
      clearTimeout(timer)
      timer = window.setTimeout(() => x.abort(), stalled * 1000)
    }
    const data = new FormData(form)
    const files = form.enctype === 'multipart/form-data'
    x.open('POST', form.action)
    x.setRequestHeader('accept', 'application/json, text/html')
    x.upload.onprogress = (e) => {
      alive()
      if (e.lengthComputable) part(e.loaded / e.total)
    }
    x.onprogress = alive
    // The phone itself says that there is no network: nobody waits for the stall.
    const lost = () => x.abort()
    addEventListener('offline', lost)
    x.onloadend = () => {
      clearTimeout(timer)
      removeEventListener('offline', lost)
      const type = x.status === 0 ? '' : (x.getResponseHeader('content-type') ?? '')
      if (/json/.test(type)) done({ went: 'elsewhere', url: (JSON.parse(x.responseText) as { to: string }).to })
      else if (/html/.test(type))
        done({ went: 'page', page: new DOMParser().parseFromString(x.responseText, 'text/html') })
      else fail(new Error('no answer'))
    }
    alive()
    const pairs = [...data].map(([k, v]) => [k, String(v)])
    x.send(files ? data : new URLSearchParams(pairs))
  })

import { type ComponentType, createContext } from 'react'
import type { Me } from '../../people/routes.ts'
import type { MatterView } from '../routes.ts'

/** What a panel of the matter page is given: the matter as it is seen, who sees it, and how to read it again. */
export interface MatterPanelProps {
  view: MatterView
  me: Me
  /** After a panel's own request changed something: the page reads the matter again. */
  reload: () => void
  /** Opens the form of a move, as the primary button and the menu do; what is given is filled in, for the person to look over. */
  start: (move: string, given?: Record<string, unknown>) => void
}

/**
 * A panel that another part of the house puts on the matter page.
 * The page stays in petitions and knows none of them; they are listed in src/matter-panels.ts.
 */
export interface MatterPanel {
  /** Unique; a tab is opened by it in the address (`?tab=key`). */
  key: string
  /** `top`: a banner under the title · `beside`: in the right column · `below`: under the file · `tab`: a tab of the file. */
  where: 'top' | 'beside' | 'below' | 'tab'
  /** The tab's name; may carry a true count. Only for `tab`. */
  label?: string | ((view: MatterView) => string)
  /** Smaller comes first; the page's own panels stand at 10 (期限), 20 (还差什么), 30 (责任人), 40 (级别), 50 (关联事项). */
  order: number
  /** Whether this person sees it on this matter; everyone by default. */
  when?: (view: MatterView, me: Me) => boolean
  Panel: ComponentType<MatterPanelProps>
}

export const MatterPanels = createContext<readonly MatterPanel[]>([])

/** The panels for this place, in order. */
export const panelsFor = (
  all: readonly MatterPanel[],
  where: MatterPanel['where'],
  view: MatterView,
  me: Me,
): MatterPanel[] =>
  all.filter((p) => p.where === where && (p.when?.(view, me) ?? true)).sort((a, b) => a.order - b.order)

import { type ThemeConfig, theme } from 'antd'

const font = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",system-ui,sans-serif'

/** Close rows; but the library's compact type of 12 px is too small to work with all day. */
const dense: typeof theme.compactAlgorithm = (seed, map) => ({
  ...theme.compactAlgorithm(seed, map),
  fontSize: 13.5,
  fontSizeSM: 13,
  lineHeight: 22 / 13.5,
  lineHeightSM: 20 / 13,
  controlHeightSM: 24,
})

/** The office's look: dense, calm, every pair of colours passes AA. */
export const officeTheme: ThemeConfig = {
  algorithm: dense,
  token: {
    colorPrimary: '#1556b0',
    colorLink: '#1556b0',
    colorLinkHover: '#0f4590',
    colorLinkActive: '#0f4590',
    linkHoverDecoration: 'underline',
    colorInfo: '#1b5fae',
    colorSuccess: '#137a4b',
    colorWarning: '#8a5a00',
    colorError: '#b42318',
    colorText: '#1c2430',
    colorTextSecondary: '#5b6675',
    colorTextTertiary: '#5b6675',
    colorTextDescription: '#5b6675',
    colorTextPlaceholder: '#6b6b6b',
    colorTextDisabled: '#6b6b6b',
    colorBorder: '#cdd5df',
    colorBorderSecondary: '#e3e7ee',
    colorBgLayout: '#f4f6f9',
    borderRadius: 6,
    fontSize: 14,
    fontFamily: font,
    controlHeight: 32,
    // Without motion a component waits for no end of it; the sheet takes the rest away.
    motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    motionDurationMid: '0.1s',
    motionDurationSlow: '0.15s',
  },
  components: {
    Button: { fontWeight: 500, primaryShadow: 'none', defaultShadow: 'none' },
    Modal: { titleFontSize: 16 },
    Drawer: { footerPaddingInline: 16, footerPaddingBlock: 10 },
  },
}

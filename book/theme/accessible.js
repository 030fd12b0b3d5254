// What mdBook's pages lack for those who use a keyboard or listen: places that scroll can be reached,
// and the bar at the top is a landmark with real buttons.
;(() => {
  const scrollable = (element) =>
    element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight

  function reach() {
    for (const element of document.querySelectorAll('main pre > code, main .table-wrapper')) {
      if (scrollable(element)) element.tabIndex = 0
      else element.removeAttribute('tabindex')
    }
  }

  const bar = document.getElementById('mdbook-menu-bar')
  if (bar !== null) bar.setAttribute('role', 'banner')

  // mdBook's is a label, which takes no key and may not say whether it is expanded.
  const label = document.getElementById('mdbook-sidebar-toggle')
  const anchor = document.getElementById('mdbook-sidebar-toggle-anchor')
  if (label !== null && anchor !== null) {
    const toggle = document.createElement('button')
    for (const { name, value } of label.attributes) {
      if (name !== 'for') toggle.setAttribute(name, value)
    }
    const tell = () => toggle.setAttribute('aria-expanded', String(anchor.checked))
    toggle.type = 'button'
    toggle.replaceChildren(...label.childNodes)
    toggle.addEventListener('click', () => anchor.click())
    anchor.addEventListener('change', tell)
    tell()
    label.replaceWith(toggle)
  }

  addEventListener('load', reach)
  addEventListener('resize', reach)
})()

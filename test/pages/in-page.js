// Runs in the browser: what browser.test.ts asks of a whole page.

/** Buttons, links and inputs that a screen reader could not name. */
function unnamedControls() {
  return [...document.querySelectorAll('button, a, input:not([type=hidden]), textarea')]
    .filter((control) => {
      const name = control.getAttribute('aria-label') ?? control.textContent ?? '';
      return name.trim() === '' && (control.labels ?? []).length === 0;
    })
    .map((control) => control.outerHTML);
}

/** Texts whose contrast with what is behind them is below 4.5 to 1 (WCAG 2.2, AA). */
function faintTexts() {
  return [...document.querySelectorAll('body *')]
    .filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()),
    )
    .filter((element) => element.getClientRects().length > 0)
    .map((element) => ({
      element,
      contrast: contrast(getComputedStyle(element).color, behind(element)),
    }))
    .filter(({ contrast }) => contrast < 4.5)
    .map(
      ({ element, contrast }) =>
        `${contrast.toFixed(2)}: ${element.textContent.trim().slice(0, 40)}`,
    );
}

function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color) {
  const [red, green, blue] = channels(color).map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The colour that an element stands on: the nearest one that is not transparent. */
function behind(element) {
  if (element === null) return 'rgb(255, 255, 255)';
  const color = getComputedStyle(element).backgroundColor;
  return channels(color)[3] === 0 ? behind(element.parentElement) : color;
}

function channels(color) {
  return (color.match(/[\d.]+/g) ?? []).map(Number);
}

/** The operation that GraphiQL would run now: it keeps what it knows of its tabs in the storage. */
function activeOperation() {
  const { tabs = [], activeTabIndex } = JSON.parse(
    localStorage.getItem('graphiql:tabState') ?? '{}',
  );
  return tabs[activeTabIndex]?.operationName;
}

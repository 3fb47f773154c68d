// Texts of a page whose contrast with what lies behind them is below WCAG 2.2 AA (1.4.3), with the ratio and their beginning.
() => {
  const channel = (value) => ((value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = (colour) => 0.2126 * channel(colour[0]) + 0.7152 * channel(colour[1]) + 0.0722 * channel(colour[2]);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (upper, lower) => [0, 1, 2].map((at) => upper[at] * upper[3] + lower[at] * (1 - upper[3]));
  const above = function* (node) { for (let one = node; one; one = one.parentElement) yield one; };
  const behind = (node) => {
    const layers = [];
    for (const one of above(node)) {
      const colour = read(getComputedStyle(one).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((lower, upper) => over(upper, lower), [255, 255, 255]);
  };
  const found = [];
  for (const one of document.querySelectorAll("body *")) {
    const said = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const place = one.getBoundingClientRect();
    if (!said || !place.width || !place.height) continue;
    if (one.closest("[disabled], :has(> [disabled]), .visually-hidden, .hub-toast, .hub-skip, details:not([open]) > :not(summary)")) continue;
    const style = getComputedStyle(one);
    const back = behind(one);
    const ink = read(style.color);
    for (const node of above(one)) ink[3] *= Number(getComputedStyle(node).opacity);
    const pair = [light(over(ink, back)), light(back)].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.6 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${one.tagName}.${one.className} «${one.textContent.trim().slice(0, 30)}»`);
  }
  return [...new Set(found)];
}

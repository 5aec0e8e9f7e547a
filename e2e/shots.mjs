// node shots.mjs URL..   Pictures of pages into e2e/out: phone, desk, elder, dark, and as printed (PDF).
import { desk, launch, out, pdf, phone } from "./browser.mjs";

const urls = process.argv.slice(2);
if (urls.length === 0) {
  console.error("usage: node shots.mjs URL..");
  process.exit(2);
}
const browser = await launch();
const looks = [
  { name: "390" },
  { name: "1280", context: { viewport: desk } },
  { name: "dark", context: { colorScheme: "dark" } },
  { name: "elder", html: "elder" },
];
for (const url of urls) {
  const file = (new URL(url).pathname.replace(/^\/|\/$|\.html$/g, "").replace(/[^\w-]+/g, "-") || "home").slice(0, 80);
  for (const look of looks) {
    const context = await browser.newContext({ viewport: phone, locale: "zh-CN", colorScheme: "light", ...look.context });
    const page = await context.newPage();
    await page.goto(url);
    // A page with the switch becomes what the program makes of it; a bare page at least gets the class.
    const lever = page.locator('a[href*="look=elder"]:visible').first();
    if (look.html && (await lever.count()) > 0) {
      await lever.click();
      await page.goto(url);
    } else if (look.html) await page.evaluate(`document.documentElement.classList.add("${look.html}")`);
    await page.screenshot({ path: `${out}${file}-${look.name}.png`, fullPage: true });
    console.log(`${file}-${look.name}.png`);
    if (look.name === "390") console.log(`${file}.pdf (${await pdf(page, file)} sheets)`);
    await context.close();
  }
}
await browser.close();

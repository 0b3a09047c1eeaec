import { chromium } from 'playwright-core';
const B='http://127.0.0.1:8622';
const b=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-gpu']});
const role=process.argv[2]??'chief';
for (const [name,w,h,lang,theme,path] of [['wide',1366,900,'ru','day','/alerts?world=demo'],['phone',390,844,'ru','night','/alerts?world=demo'],['en',1366,900,'en','night','/alerts?world=demo'],['log',1366,900,'ru','day','/alerts?world=demo#log'],['logp',390,844,'en','day','/alerts?world=demo#log'],['top',1366,768,'ru','day','/'],['live',1000,700,'ru','day','/alerts?world=live']]) {
  if (process.argv[3] && !process.argv[3].split(',').includes(name)) continue;
  const c=await b.newContext({viewport:{width:w,height:h}});
  const p=await c.newPage();
  p.on('console',m=>['error','warning'].includes(m.type())&&console.log(name,m.text()));
  p.on('pageerror',e=>console.log(name,'ERR',e.message));
  await p.addInitScript(v=>localStorage.setItem('sylvan.prefs',JSON.stringify(v)),{lang,theme});
  await c.request.post(B+'/api/v1/account/demo',{data:{role},headers:{'content-type':'application/json'}});
  await p.goto(B+path); await p.waitForTimeout(path==='/'?6000:2500);
  if(name==='log'){ await p.locator('td.what button').first().click(); await p.waitForTimeout(800);}
  await p.screenshot({path:`/tmp/wb_${name}.png`,fullPage:name!=='top'});
  await c.close();
}
await b.close();

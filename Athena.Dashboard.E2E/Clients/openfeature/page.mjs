// An application's page: asks for one flag through OpenFeature's web SDK and OFREP web provider, unmodified, and shows what
// it gets, whenever it changes. The test bundles it for the browser.
//
//   page.html#url=http://localhost:5080&key=KEY&flag=database-views-v2&user=user-1
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';

const wanted = new URLSearchParams(location.hash.slice(1));
const shown = document.querySelector('output');
const client = OpenFeature.getClient();

function show() {
  const { value, reason, errorCode } = client.getBooleanDetails(wanted.get('flag'), false);
  shown.textContent = [value, reason, errorCode].filter((word) => word !== undefined).join(' ');
}

for (const event of [ProviderEvents.Ready, ProviderEvents.ConfigurationChanged, ProviderEvents.Error, ProviderEvents.Stale]) {
  client.addHandler(event, show);
}

// The provider takes over without an event what changed while it was getting itself a new token.
setInterval(show, 500);

await OpenFeature.setContext({ targetingKey: wanted.get('user') });
await OpenFeature.setProviderAndWait(
  new OFREPWebProvider({ baseUrl: wanted.get('url'), headers: [['Authorization', `Bearer ${wanted.get('key')}`]] }),
).catch(show);

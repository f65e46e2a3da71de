import { html as markup } from './html';

it.each([
  [markup`<p>${'<script>alert("x")</script>'}</p>`, '<p>&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62;</p>'],
  [markup`<a title='${"it's"}'>${'a & b'}</a>`, "<a title='it&#39;s'>a &#38; b</a>"],
  [markup`<ul>${[markup`<li>${1}</li>`, markup`<li>${'<'}</li>`]}</ul>`, '<ul><li>1</li><li>&#60;</li></ul>'],
  [markup`${markup`<b>kept</b>`}`, '<b>kept</b>'],
  [markup`${'$&'}`, '$&#38;'],
])('escapes what is put in (%#)', (given, expected) => expect(given.text).toBe(expected));

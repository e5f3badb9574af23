// The emoji that colleagues use most, by Slack's names for them. Others are shown by their name.
const TABLE = `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 wave 👋 clap 👏 raised_hands 🙌 pray 🙏 muscle 💪 handshake 🤝 point_right 👉
point_left 👈 point_up ☝️ point_down 👇 v ✌️ eyes 👀 brain 🧠 smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 rofl 🤣 wink 😉
blush 😊 slightly_smiling_face 🙂 upside_down_face 🙃 heart_eyes 😍 sunglasses 😎 thinking_face 🤔 neutral_face 😐 sweat_smile 😅
cry 😢 sob 😭 scream 😱 angry 😠 rage 😡 sleeping 😴 zzz 💤 hugging_face 🤗 nerd_face 🤓 partying_face 🥳 star-struck 🤩 tada 🎉
confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 star ⭐ star2 🌟 sparkles ✨ fire 🔥 rocket 🚀 zap ⚡ boom 💥 100 💯 heart ❤️
yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 broken_heart 💔 white_check_mark ✅ heavy_check_mark ✔️ x ❌
warning ⚠️ question ❓ exclamation ❗ bulb 💡 mag 🔍 pushpin 📌 paperclip 📎 memo 📝 pencil 📝 pencil2 ✏️ book 📖 books 📚
calendar 📅 date 📅 spiral_calendar_pad 🗓️ clock 🕒 alarm_clock ⏰ hourglass ⌛ stopwatch ⏱️ bell 🔔 no_bell 🔕 mega 📣
loudspeaker 📢 speech_balloon 💬 thought_balloon 💭 email 📧 envelope ✉️ phone ☎️ telephone_receiver 📞 computer 💻 iphone 📱
coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 pizza 🍕 cake 🍰 birthday 🎂 cookie 🍪 apple 🍎 avocado 🥑 sunny ☀️ cloud ☁️
umbrella ☂️ snowflake ❄️ rainbow 🌈 earth_africa 🌍 earth_americas 🌎 globe_with_meridians 🌐 palm_tree 🌴 airplane ✈️
car 🚗 train 🚆 bike 🚲 house 🏠 office 🏢 hospital 🏥 moneybag 💰 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉
bar_chart 📊 dart 🎯 key 🔑 lock 🔒 unlock 🔓 link 🔗 wrench 🔧 gear ⚙️ hammer 🔨 recycle ♻️ busts_in_silhouette 👥
bust_in_silhouette 👤 dancers 👯 dog 🐶 cat 🐱 bee 🐝 turtle 🐢 unicorn_face 🦄 seedling 🌱 four_leaf_clover 🍀 musical_note 🎵
notes 🎶 headphones 🎧 microphone 🎤 arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ heavy_plus_sign ➕ red_circle 🔴
large_green_circle 🟢 large_yellow_circle 🟡 white_circle ⚪ black_circle ⚫ information_source ℹ️ robot_face 🤖 ghost 👻`;

const known = new Map();
const words = TABLE.trim().split(/\s+/);
for (let at = 0; at < words.length; at += 2) known.set(words[at], words[at + 1]);

/** The emoji of that name; none where it is not known. */
export function emoji(name) {
  return known.get(name);
}

/** What is offered as a reaction. */
export const REACTIONS = ['+1', 'heart', 'tada', 'clap', 'eyes', 'joy', 'pray', 'white_check_mark'];

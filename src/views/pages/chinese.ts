// Pure: all words of the pages in Chinese (简体中文).
import type { Told, Words } from './english.ts';

const CUT_OFF = '链接可能在转发途中被截断了。';
const told = (what: string, then: string): Told => ({ what, then });

export const chinese: Words = {
  locale: 'zh_CN',
  day: (instant) => {
    const day = new Date(instant);
    return `${day.getUTCFullYear()}年${day.getUTCMonth() + 1}月${day.getUTCDate()}日`;
  },

  site: { before_name: '歌曲由 ', after_name: ' 永久保存。' },

  song: {
    untitled: '未命名',
    play: (title) => `播放《${title}》`,
    style: '风格',
    lyrics: '歌词',
    download: '下载',
    embed: '嵌入',
    embed_code: '嵌入这首歌的代码',
    cover_of: (title) => `《${title}》的封面`,
    made_from: ['由《', '》制作而成'],
    voice_of: ' · 分轨自 ',
    relatives: { versions: '由这首歌制作', stems: '分轨', together: '同时制作' },
    by: (artist) => (artist === null ? '一首歌' : `${artist} 的歌`),
    styled: '：',
    and: '、',
    begins: ' — ',
  },

  stages: {
    making: told('这首歌正在生成', '完成后即可在这里播放。'),
    keeping: told('这首歌已生成', '音频正在保存，马上就能播放。'),
    failed: told('这首歌没能生成', '负责生成的服务放弃了。'),
    lost: told('音频没能保存下来', '生成它的服务没有交出音频。'),
    unfinished: told('这首歌一直没有完成', '负责生成的服务没有给出结果。'),
  },
  stage: { words_left: '歌词仍在这里。', again: '再看一次', ready: '这首歌可以播放了' },

  library: {
    title: '歌曲',
    title_for: (question) => `“${question}”的搜索结果`,
    description: '永久保存在这里的歌曲。',
    label: '搜索标题和风格',
    search: '搜索',
    pages: '翻页',
    newest: '最新的歌曲',
    older: '更早的歌曲',
    nothing_for: '没有找到',
    nothing_how: '标题和风格中要包含所有搜索词。',
    show_all: '显示全部歌曲',
    end: '已经到底了',
    back: '回到最新的歌曲',
    empty: told('还没有可展示的歌曲', '歌曲默认不公开：只有拿到链接的人才能听。设为公开后会出现在这里。'),
  },

  messages: {
    no_song: told('没有这首歌', CUT_OFF),
    no_page: told('没有这个页面', CUT_OFF),
    gone: told('这首歌已被下架', '它已被永久删除，封面和歌词也一并删除。'),
    not_configured: told('尚未设置好', '管理员还有一些设置需要改正。'),
  },
};

/* Chinese characters that still stand in Korean notices and names: see josa_internal.h. Not a dictionary; what is
 * missing here gets both forms of the particle. */
#include "text/josa_internal.h"

#include "base/str.h"

#include <string.h>

static const char VOWEL[] =
    "社度美者地高低大小市部差多無火水土主他後故事務記語書氣街路車多次五二四九州科課家可歌化花貨"
    "島道都圖子字自左右友女母父使司士史師四思死寺舍價加假架去巨居車擧古高固考庫苦府副婦富夫扶付"
    "者諸題第弟製濟祭除帝製提際之知指支志紙誌智池持地治値致置齒代對待隊帶臺稅世勢洗歲";
static const char CONSONANT[] =
    "年分前中金木三六十百千萬億人民韓國學南東京新文間本英軍品上場長商常賞生先線船選善山産散"
    "院員元原願園遠圓源金今禁銀恩音陰飮陽洋養樣量良兩強江講康港航項行幸向香鄕王黃皇況光廣公工"
    "共功空孔恐宮軍郡群君權勸圈券卷觀官館關管貫冠完安案眼顔漢限恨寒閑黨堂當唐糖法";
static const char RIEUL[] = "日月一七八質物出發達别別列烈熱說雪舌節切絶決結缺潔術述筆必畢血穴活滑骨罰律率栗卒";

static bool holds(const char *set, uint32_t point) {
    size_t len = strlen(set);
    for (size_t i = 0, step; i < len; i += step) {
        uint32_t member;
        step = utf8_next(set + i, len - i, &member);
        if (step == 0) return false;
        if (member == point) return true;
    }
    return false;
}

enum sound josa_hanja_sound(uint32_t point) {
    if (holds(RIEUL, point)) return SOUND_RIEUL;
    if (holds(CONSONANT, point)) return SOUND_CONSONANT;
    if (holds(VOWEL, point)) return SOUND_VOWEL;
    return SOUND_NONE;
}

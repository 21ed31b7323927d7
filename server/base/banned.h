/* Functions that lead to mistakes do not compile here (git's idea). Included before everything else by
 * CMake (-include), after the system headers that declare them. */
#ifndef BONGSU_BASE_BANNED_H
#define BONGSU_BASE_BANNED_H

#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#define strcpy(...) this_function_is_banned_strcpy
#undef strcat
#define strcat(...) this_function_is_banned_strcat
#undef sprintf
#define sprintf(...) this_function_is_banned_sprintf
#undef vsprintf
#define vsprintf(...) this_function_is_banned_vsprintf
#undef strtok
#define strtok(...) this_function_is_banned_strtok
#undef strncpy
#define strncpy(...) this_function_is_banned_strncpy
#undef strncat
#define strncat(...) this_function_is_banned_strncat
#undef gmtime
#define gmtime(...) this_function_is_banned_gmtime
#undef localtime
#define localtime(...) this_function_is_banned_localtime
#undef ctime
#define ctime(...) this_function_is_banned_ctime
#undef asctime
#define asctime(...) this_function_is_banned_asctime
#undef atoi
#define atoi(...) this_function_is_banned_atoi
#undef atol
#define atol(...) this_function_is_banned_atol
#undef atoll
#define atoll(...) this_function_is_banned_atoll
#undef rand
#define rand(...) this_function_is_banned_rand
#undef srand
#define srand(...) this_function_is_banned_srand
#undef popen
#define popen(...) this_function_is_banned_popen
#undef system
#define system(...) this_function_is_banned_system
#undef alloca
#define alloca(...) this_function_is_banned_alloca

#endif

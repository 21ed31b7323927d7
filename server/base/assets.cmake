# Writes an assembler file that holds every asset and the table asset.c looks them up in. The list is sorted.
set(text ".section .rodata\n")
set(table "")
set(index 0)
foreach(file ${FILES})
  string(APPEND text "asset_name_${index}: .asciz \"${file}\"\n"
    "asset_bytes_${index}: .incbin \"${ROOT}/${file}\"\nasset_end_${index}: .byte 0\n")
  string(APPEND table ".quad asset_name_${index}\n.quad asset_bytes_${index}\n.quad asset_end_${index} - asset_bytes_${index}\n")
  math(EXPR index "${index} + 1")
endforeach()
string(APPEND text ".section .data.rel.ro,\"aw\"\n.balign 8\n.globl ASSET_TABLE\nASSET_TABLE:\n${table}"
  ".globl ASSET_COUNT\nASSET_COUNT: .quad ${index}\n.section .note.GNU-stack,\"\",@progbits\n")
file(WRITE ${OUT} "${text}")

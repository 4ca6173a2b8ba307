;; Calls the host over and over, with strings and lists as arguments and results.
;; Made binary by: wasm-tools parse abi.wat -o abi.wasm
(component
  (import "bench:abi/host" (instance $host
    (export "take-text" (func (param "text" string)))
    (export "give-text" (func (result string)))
    (export "take-list" (func (param "list" (list u32))))
    (export "give-list" (func (result (list u32))))))
  (core module $Libc
    (memory (export "memory") 3)
    ;; What is kept lies in the second page, what is received and forgotten in the third.
    (global $at (export "at") (mut i32) (i32.const 65536))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (global.get $at)))
  (core instance $libc (instantiate $Libc))
  (alias core export $libc "memory" (core memory $memory))
  (alias core export $libc "realloc" (core func $realloc))
  (core func $take-text (canon lower (func $host "take-text") (memory $memory)))
  (core func $give-text (canon lower (func $host "give-text") (memory $memory) (realloc $realloc)))
  (core func $take-list (canon lower (func $host "take-list") (memory $memory)))
  (core func $give-list (canon lower (func $host "give-list") (memory $memory) (realloc $realloc)))
  (core module $Main
    (import "libc" "at" (global $at (mut i32)))
    (import "host" "take-text" (func $take-text (param i32 i32)))
    (import "host" "give-text" (func $give-text (param i32)))
    (import "host" "take-list" (func $take-list (param i32 i32)))
    (import "host" "give-list" (func $give-list (param i32)))
    (global $address (mut i32) (i32.const 0))
    (global $length (mut i32) (i32.const 0))
    (func (export "keep") (param i32 i32)
      (global.set $address (local.get 0))
      (global.set $length (local.get 1))
      (global.set $at (i32.const 131072)))
    (func (export "take-text") (param $count i32)
      (loop $next
        (call $take-text (global.get $address) (global.get $length))
        (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
    (func (export "give-text") (param $count i32)
      (loop $next
        (call $give-text (i32.const 16))
        (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
    (func (export "take-list") (param $count i32)
      (loop $next
        (call $take-list (global.get $address) (global.get $length))
        (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
    (func (export "give-list") (param $count i32)
      (loop $next
        (call $give-list (i32.const 16))
        (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
  (core instance $main (instantiate $Main
    (with "libc" (instance $libc))
    (with "host" (instance
      (export "take-text" (func $take-text)) (export "give-text" (func $give-text))
      (export "take-list" (func $take-list)) (export "give-list" (func $give-list))))))
  (func (export "keep-text") (param "text" string)
    (canon lift (core func $main "keep") (memory $memory) (realloc $realloc)))
  (func (export "keep-list") (param "list" (list u32))
    (canon lift (core func $main "keep") (memory $memory) (realloc $realloc)))
  (func (export "take-text") (param "count" u32) (canon lift (core func $main "take-text")))
  (func (export "give-text") (param "count" u32) (canon lift (core func $main "give-text")))
  (func (export "take-list") (param "count" u32) (canon lift (core func $main "take-list")))
  (func (export "give-list") (param "count" u32) (canon lift (core func $main "give-list"))))

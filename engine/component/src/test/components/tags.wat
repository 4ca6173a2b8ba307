;; Exceptions between instances of modules, one of them the host's own: a tag belongs to an instance.
(component $C
  (core type $open (sub (struct (field i32))))
  (core rec
    (type $there (func (result (ref null $back))))
    (type $back (func (result (ref null $there) anyref))))
  (core type $thrower (module
    (type $closed (sub final (func (param i32))))
    (import "env" "oops" (tag (param i32)))
    (export "throw" (func (type $closed)))))
  (import "thrower" (core module $Thrower (type $thrower)))
  (core module $Tag (tag (export "oops") (param i32)))
  (core instance $one (instantiate $Tag))
  (core instance $two (instantiate $Tag))
  (core instance $throw-one (instantiate $Thrower (with "env" (instance $one))))
  (core instance $throw-two (instantiate $Thrower (with "env" (instance $two))))
  (core module $Catcher
    (import "env" "oops" (tag $oops (param i32)))
    (import "one" "throw" (func $one (param i32)))
    (import "two" "throw" (func $two (param i32)))
    (func (export "one") (param i32) (result i32)
      (block $any
        (block $mine (result i32)
          (try_table (catch $oops $mine) (catch_all $any) (call $one (local.get 0)))
          (return (i32.const 0)))
        (return))
      (i32.const -1))
    (func (export "two") (param i32) (result i32)
      (block $any
        (block $mine (result i32)
          (try_table (catch $oops $mine) (catch_all $any) (call $two (local.get 0)))
          (return (i32.const 0)))
        (return))
      (i32.const -1))
    (func (export "uncaught") (call $one (i32.const 3))))
  (core instance $catcher (instantiate $Catcher
    (with "env" (instance $one))
    (with "one" (instance $throw-one))
    (with "two" (instance $throw-two))))
  (func (export "one") (param "value" s32) (result s32) (canon lift (core func $catcher "one")))
  (func (export "two") (param "value" s32) (result s32) (canon lift (core func $catcher "two")))
  (func (export "uncaught") (canon lift (core func $catcher "uncaught"))))

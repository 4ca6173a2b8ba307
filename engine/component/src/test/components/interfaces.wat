;; Types of one interface that others use, as WIT tells them.
(component
  (type $shapes' (instance
    (type $point' (record (field "x" s32) (field "y" s32)))
    (export "point" (type $point (eq $point')))
    (type $shape' (variant (case "dot" $point) (case "none")))
    (export "shape" (type $shape (eq $shape')))
    (export "canvas" (type $canvas (sub resource)))
    (export "[constructor]canvas" (func (param "width" u32) (result (own $canvas))))
    (export "[method]canvas.draw" (func
      (param "self" (borrow $canvas)) (param "what" (list $shape)) (result (result u32 (error string)))))
    (export "[static]canvas.join" (func
      (param "a" (own $canvas)) (param "b" (own $canvas)) (result (option (own $canvas)))))))
  (import "test:draw/shapes@0.2.1" (instance $shapes (type $shapes')))
  (alias export $shapes "point" (type $point))
  (alias export $shapes "canvas" (type $canvas))
  (import "test:draw/paths@0.2.1" (instance
    (alias outer 1 $point (type $p))
    (export "point" (type $point (eq $p)))
    (alias outer 1 $canvas (type $c))
    (export "surface" (type $surface (eq $c)))
    (type $path' (list $point))
    (export "path" (type $path (eq $path')))
    (type $list' (enum "open" "closed"))
    (export "list" (type $list (eq $list')))
    (export "trace" (func (param "on" (borrow $surface)) (param "along" $path) (param "kind" $list)
      (result (tuple u8 (result) char))))))
  (import "other:pack/far" (instance
    (alias outer 1 $point (type $p))
    (export "far-point" (type $point (eq $p)))
    (export "move" (func (param "from" $point) (param "by" (map string f32)) (result $point)))))
  (import "beside" (instance (export "run" (func (param "fixed" (list u8 4)))))))

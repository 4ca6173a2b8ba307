package io.pie4j.component;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Adds to Endive's code what it lacks to keep a guest within bounds. Endive notices an interrupt
 * where a loop jumps back but not where a function is called, so endless recursion (exponential, or
 * by tail calls) would never stop: every function begins with the same check. And the objects of a
 * garbage-collected guest are the engine's own heap: each one made is told to the instance's {@link
 * GuestMachine}, an array's length before it is made. The machine is reached as a {@code Consumer}
 * and an {@code IntPredicate}, so generated code needs no class of ours.
 *
 * <p>Where a function is called through a table and belongs to another instance, Endive compares
 * the index of its type in its own module with that in the caller's. Both sides' types are compared
 * as text instead: the caller's stand in a class of their own, the callee is asked as an {@code
 * ObjIntConsumer}.
 *
 * <p>Endive takes an imported tag for any tag of the same type. Here an exception is caught where
 * its very tag is named: each instance of a module has tags of its own.
 */
final class Instrumentation {
  private static final String OBJECT_RESULT = ")Ljava/lang/Object;";
  private static final String INSTANCE = "run/endive/runtime/Instance";
  private static final String EXCEPTION = "run/endive/runtime/WasmException";
  private static final String MACHINE = "run/endive/runtime/Machine";
  private static final String CONSUMER = "java/util/function/Consumer";
  private static final String LENGTH_CHECK = "java/util/function/IntPredicate";
  private static final String TYPE_CHECK = "java/util/function/ObjIntConsumer";
  private static final String CALL_INDIRECT = "([JIIL" + INSTANCE + ";)[J";
  private static final String CALL_RESULT = "Lrun/endive/runtime/CallResult;";
  private static final String CALL_INDIRECT_WITH_REFERENCES =
      "([J[Ljava/lang/Object;IIL" + INSTANCE + ";)" + CALL_RESULT;
  private static final String TYPES_SUFFIX = "Types";
  private static final String TYPES_FIELD = "NAMES";
  private static final String TYPES_DESCRIPTOR = "[Ljava/lang/String;";

  /** Characters of a constant; in UTF-8 a constant has at most 65,535 bytes. */
  private static final int CONSTANT_LENGTH_MAX = 16_000;

  private final String shadedClass;
  private final String typesClass;
  private final Set<String> tooLarge = new HashSet<>();

  private Instrumentation(String mainClass) {
    this.shadedClass = mainClass.replace('.', '/') + "Shaded";
    this.typesClass = mainClass.replace('.', '/') + TYPES_SUFFIX;
  }

  /** {@code types} are the module's function types as text, by index. */
  static Map<String, byte[]> apply(String mainClass, Map<String, byte[]> classes, String[] types) {
    Instrumentation instrumentation = new Instrumentation(mainClass);
    Map<String, byte[]> changed = new LinkedHashMap<>();
    // Endive names classes with dots or slashes, as it happens.
    classes.forEach(
        (name, bytes) -> changed.put(name.replace('/', '.'), instrumentation.apply(bytes)));
    changed.put(
        instrumentation.typesClass.replace('/', '.'),
        instrumentation.types(String.join("\n", types)));
    return changed;
  }

  // class Types { static final String[] NAMES = new StringBuilder().append(…)….split("\n", -1); }
  private byte[] types(String text) {
    String builder = "java/lang/StringBuilder";
    String append = "(Ljava/lang/String;)Ljava/lang/StringBuilder;";
    ClassWriter writer = new ClassWriter(0);
    writer.visit(
        Opcodes.V17,
        Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
        typesClass,
        null,
        "java/lang/Object",
        null);
    writer
        .visitField(
            Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL,
            TYPES_FIELD,
            TYPES_DESCRIPTOR,
            null,
            null)
        .visitEnd();
    MethodVisitor code = writer.visitMethod(Opcodes.ACC_STATIC, "<clinit>", "()V", null, null);
    code.visitCode();
    code.visitTypeInsn(Opcodes.NEW, builder);
    code.visitInsn(Opcodes.DUP);
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, builder, "<init>", "()V", false);
    for (int from = 0; from < text.length(); from += CONSTANT_LENGTH_MAX) {
      code.visitLdcInsn(text.substring(from, Math.min(from + CONSTANT_LENGTH_MAX, text.length())));
      code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, builder, "append", append, false);
    }
    code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, builder, "toString", "()Ljava/lang/String;", false);
    code.visitLdcInsn("\n");
    code.visitInsn(Opcodes.ICONST_M1);
    code.visitMethodInsn(
        Opcodes.INVOKEVIRTUAL,
        "java/lang/String",
        "split",
        "(Ljava/lang/String;I)" + TYPES_DESCRIPTOR,
        false);
    code.visitFieldInsn(Opcodes.PUTSTATIC, typesClass, TYPES_FIELD, TYPES_DESCRIPTOR);
    code.visitInsn(Opcodes.RETURN);
    code.visitMaxs(3, 0);
    code.visitEnd();
    writer.visitEnd();
    return writer.toByteArray();
  }

  // check(NAMES[type], function); return machine.call(function, arguments);
  private void callOther(MethodVisitor code, boolean references) {
    int type = references ? 2 : 1;
    int function = type + 1;
    int instance = type + 2;
    code.visitCode();
    machineOf(code, instance);
    code.visitTypeInsn(Opcodes.CHECKCAST, TYPE_CHECK);
    code.visitFieldInsn(Opcodes.GETSTATIC, typesClass, TYPES_FIELD, TYPES_DESCRIPTOR);
    code.visitVarInsn(Opcodes.ILOAD, type);
    code.visitInsn(Opcodes.AALOAD);
    code.visitVarInsn(Opcodes.ILOAD, function);
    code.visitMethodInsn(
        Opcodes.INVOKEINTERFACE, TYPE_CHECK, "accept", "(Ljava/lang/Object;I)V", true);
    machineOf(code, instance);
    code.visitVarInsn(Opcodes.ILOAD, function);
    code.visitVarInsn(Opcodes.ALOAD, 0);
    if (references) {
      code.visitVarInsn(Opcodes.ALOAD, 1);
      code.visitMethodInsn(
          Opcodes.INVOKEINTERFACE,
          MACHINE,
          "callWithRefs",
          "(I[J[Ljava/lang/Object;)" + CALL_RESULT,
          true);
    } else {
      code.visitMethodInsn(Opcodes.INVOKEINTERFACE, MACHINE, "call", "(I[J)[J", true);
    }
    code.visitInsn(Opcodes.ARETURN);
    code.visitMaxs(4, instance + 1);
    code.visitEnd();
  }

  private static void machineOf(MethodVisitor code, int instance) {
    code.visitVarInsn(Opcodes.ALOAD, instance);
    code.visitMethodInsn(
        Opcodes.INVOKEVIRTUAL, INSTANCE, "getMachine", "()L" + MACHINE + ";", false);
  }

  // return exception.instance().tag(exception.tagIdx()) == instance.tag(tag)
  private static void sameTag(MethodVisitor code) {
    String tagOf = "(I)Lrun/endive/runtime/TagInstance;";
    Label other = new Label();
    code.visitCode();
    code.visitVarInsn(Opcodes.ALOAD, 0);
    code.visitMethodInsn(
        Opcodes.INVOKEVIRTUAL, EXCEPTION, "instance", "()L" + INSTANCE + ";", false);
    code.visitVarInsn(Opcodes.ALOAD, 0);
    code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, EXCEPTION, "tagIdx", "()I", false);
    code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, INSTANCE, "tag", tagOf, false);
    code.visitVarInsn(Opcodes.ALOAD, 2);
    code.visitVarInsn(Opcodes.ILOAD, 1);
    code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, INSTANCE, "tag", tagOf, false);
    code.visitJumpInsn(Opcodes.IF_ACMPNE, other);
    code.visitInsn(Opcodes.ICONST_1);
    code.visitInsn(Opcodes.IRETURN);
    code.visitLabel(other);
    code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
    code.visitInsn(Opcodes.ICONST_0);
    code.visitInsn(Opcodes.IRETURN);
    code.visitMaxs(3, 3);
    code.visitEnd();
  }

  private byte[] apply(byte[] bytes) {
    ClassReader reader = new ClassReader(bytes);
    while (true) {
      ClassWriter writer = new ClassWriter(reader, 0);
      reader.accept(new Rewriter(reader.getClassName(), writer), 0);
      try {
        return writer.toByteArray();
      } catch (MethodTooLargeException large) {
        // The check did not fit: such a function is checked at its loops and its callees alone.
        tooLarge.add(large.getMethodName());
      }
    }
  }

  private final class Rewriter extends ClassVisitor {
    private final String className;

    Rewriter(String className, ClassVisitor next) {
      super(Opcodes.ASM9, next);
      this.className = className;
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      if (next == null) {
        return null;
      }
      if (name.startsWith("func_") && !tooLarge.contains(name)) {
        return new InterruptCheck(next);
      }
      if (className.equals(shadedClass)
          && (descriptor.equals(CALL_INDIRECT)
              || descriptor.equals(CALL_INDIRECT_WITH_REFERENCES))) {
        callOther(next, descriptor.equals(CALL_INDIRECT_WITH_REFERENCES));
        return null;
      }
      if (className.equals(shadedClass) && name.equals("exceptionMatches")) {
        sameTag(next);
        return null;
      }
      if (className.equals(shadedClass)
          && (name.startsWith("structNew") || name.startsWith("arrayNew"))
          && descriptor.endsWith("L" + INSTANCE + ";" + OBJECT_RESULT)) {
        return new AllocationNotice(next, instanceSlot(descriptor));
      }
      return next;
    }

    private static int instanceSlot(String descriptor) {
      int slots = 0;
      for (Type parameter : Type.getArgumentTypes(descriptor)) {
        slots += parameter.getSize();
      }
      return slots - 1;
    }
  }

  private final class InterruptCheck extends MethodVisitor {
    InterruptCheck(MethodVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visitCode() {
      super.visitCode();
      super.visitMethodInsn(Opcodes.INVOKESTATIC, shadedClass, "checkInterruption", "()V", false);
    }
  }

  private static final class AllocationNotice extends MethodVisitor {
    private final int instanceSlot;

    AllocationNotice(MethodVisitor next, int instanceSlot) {
      super(Opcodes.ASM9, next);
      this.instanceSlot = instanceSlot;
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
      if (opcode == Opcodes.NEWARRAY) {
        checkLength();
      }
      super.visitIntInsn(opcode, operand);
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
      if (opcode == Opcodes.ANEWARRAY) {
        checkLength();
      }
      super.visitTypeInsn(opcode, type);
    }

    // length -> length, or the end of the instance
    private void checkLength() {
      super.visitInsn(Opcodes.DUP);
      machine(LENGTH_CHECK);
      super.visitInsn(Opcodes.SWAP);
      super.visitMethodInsn(Opcodes.INVOKEINTERFACE, LENGTH_CHECK, "test", "(I)Z", true);
      super.visitInsn(Opcodes.POP);
    }

    @Override
    public void visitInsn(int opcode) {
      if (opcode == Opcodes.ARETURN) {
        super.visitInsn(Opcodes.DUP);
        machine(CONSUMER);
        super.visitInsn(Opcodes.SWAP);
        super.visitMethodInsn(
            Opcodes.INVOKEINTERFACE, CONSUMER, "accept", "(Ljava/lang/Object;)V", true);
      }
      super.visitInsn(opcode);
    }

    private void machine(String as) {
      machineOf(mv, instanceSlot);
      super.visitTypeInsn(Opcodes.CHECKCAST, as);
    }

    @Override
    public void visitMaxs(int maxStack, int maxLocals) {
      super.visitMaxs(maxStack + 2, maxLocals);
    }
  }
}

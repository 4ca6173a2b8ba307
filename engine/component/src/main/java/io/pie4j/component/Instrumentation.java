package io.pie4j.component;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
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
 */
final class Instrumentation {
  private static final String OBJECT_RESULT = ")Ljava/lang/Object;";
  private static final String INSTANCE = "run/endive/runtime/Instance";
  private static final String MACHINE = "run/endive/runtime/Machine";
  private static final String CONSUMER = "java/util/function/Consumer";
  private static final String LENGTH_CHECK = "java/util/function/IntPredicate";

  private final String shadedClass;
  private final Set<String> tooLarge = new HashSet<>();

  private Instrumentation(String mainClass) {
    this.shadedClass = mainClass.replace('.', '/') + "Shaded";
  }

  static Map<String, byte[]> apply(String mainClass, Map<String, byte[]> classes) {
    Instrumentation instrumentation = new Instrumentation(mainClass);
    Map<String, byte[]> changed = new LinkedHashMap<>();
    // Endive names classes with dots or slashes, as it happens.
    classes.forEach(
        (name, bytes) -> changed.put(name.replace('/', '.'), instrumentation.apply(bytes)));
    return changed;
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
      super.visitVarInsn(Opcodes.ALOAD, instanceSlot);
      super.visitMethodInsn(
          Opcodes.INVOKEVIRTUAL, INSTANCE, "getMachine", "()L" + MACHINE + ";", false);
      super.visitTypeInsn(Opcodes.CHECKCAST, as);
    }

    @Override
    public void visitMaxs(int maxStack, int maxLocals) {
      super.visitMaxs(maxStack + 2, maxLocals);
    }
  }
}

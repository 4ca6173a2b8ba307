package io.pie4j.inferlet.teavm;

import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.MethodDescriptor;
import org.teavm.model.emit.ProgramEmitter;
import org.teavm.vm.spi.TeaVMHost;
import org.teavm.vm.spi.TeaVMPlugin;

/**
 * Takes out of TeaVM's class library what would need a JavaScript engine around the module, so that
 * modules import nothing but memory, time and mathematics: exceptions have no stack trace of
 * JavaScript's. Build without {@code teavm-jso-impl} on the class path, or TeaVM exports {@code
 * main} as a JavaScript class.
 */
public final class WithoutJavaScript implements TeaVMPlugin, ClassHolderTransformer {
  @Override
  public void install(TeaVMHost host) {
    host.add(this);
  }

  @Override
  public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
    if (type.getName().equals("java.lang.Throwable")) {
      var fill = type.getMethod(new MethodDescriptor("fillInStackTrace", Throwable.class));
      ProgramEmitter filled = ProgramEmitter.create(fill, context.getHierarchy());
      filled.var(0, type).returnValue();
      var ensure = type.getMethod(new MethodDescriptor("ensureStackTrace", void.class));
      ProgramEmitter.create(ensure, context.getHierarchy()).exit();
    }
  }
}

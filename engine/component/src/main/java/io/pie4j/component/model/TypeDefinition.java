package io.pie4j.component.model;

/** What a type index means. */
public sealed interface TypeDefinition
    permits DataType, FunctionType, InstanceType, ComponentType, ResourceName {}
